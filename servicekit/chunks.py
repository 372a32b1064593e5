"""Bodies that come in chunks, without their length, and so would be empty to Django; between the server and Django.

Callers say how long a body is, but some proxies pass it on in chunks: nginx with `proxy_request_buffering off`,
cloudflared unless `disableChunkedEncoding` is set. A signature over an empty body looks like a wrong secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def measured(application: WSGIApplication, *, largest: int) -> WSGIApplication:
    """The application, to which every body has a length; of one over `largest` bytes it sees a byte more than that.

    Only where the server says that it finds the end of a body by itself, as gunicorn does: elsewhere reading on could
    wait for ever.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(largest + 1)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return application(environ, start_response)

    return answer
