"""A way around Django's middleware, for addresses that need none of it; between the server and Django.

Sessions, logins and CSRF are for people. A post from a machine that signs its bodies meets all of that, two rounds of
signals and the resolver for nothing, at three times the CPU of its view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from servicekit import tracing

View = Callable[[HttpRequest], HttpResponse]


def around(django: WSGIApplication, *, paths: Sequence[str]) -> WSGIApplication:
    """The application, in which the views of exactly these paths are asked directly; Django answers all others.

    For views without keywords, cookies or streams. What one raises is logged and answered as Django does it. A path
    without a view in the URLconf stops the start.
    """
    views = {path: cast(View, convert_exception_to_response(resolve(path).func)) for path in paths}

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        view = views.get(environ["PATH_INFO"])
        return asked(view, environ, start_response) if view else django(environ, start_response)

    return answer


def asked(view: View, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The view's answer, on database connections that are neither broken nor too old, as Django sees to it."""
    close_old_connections()
    with tracing.span(view.__name__):
        response = view(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]
