"""A webhook for tests that have no service: keeps each post, and reads it with Stripe's own library."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

import stripe

from tests.stripe_events.shapes import Payload


class Receiver:
    """Answers 200 on 127.0.0.1 for as long as the `with` lasts; `posts` are bodies and signature headers."""

    def __init__(self) -> None:
        self.posts: list[tuple[bytes, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.posts))
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe/"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self, secret: str) -> list[Payload]:
        """What was posted, in the order it came; raises Stripe's SignatureVerificationError for a wrong signature."""
        read = [stripe.Webhook.construct_event(body, header, secret) for body, header in self.posts]
        return [event.to_dict() for event in read]


def _handler(posts: list[tuple[bytes, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((body, self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent: what came is in `posts`."""

    return Handler
