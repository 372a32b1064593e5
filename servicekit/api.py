"""The HTTP API of either service: bearer tokens, limits, and errors that name the field and what is expected.

An error is `{"errors": [{"field": "lines.0.quantity", "message": "..."}]}`; `field` is empty when it is none's.
Every address below `/api/` answers in this shape, also one that doesn't exist.
"""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import Header, NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle
from redis.exceptions import RedisError

from servicekit import expectations, openapi

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponse]
UNREADABLE = "expected a body of JSON in UTF-8"
IdempotencyKey = Annotated[
    str | None,
    Header(default=None, alias="Idempotency-Key", min_length=1, max_length=100, pattern=expectations.VISIBLE),
]
"""The header by which a caller may repeat a POST safely, up to a hundred printable characters."""


class Token(HttpBearer):
    """A token from `API_TOKENS`, compared in constant time; gives its number, which is safe to log."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        """The caller's name, or None for a stranger."""
        given = token.encode()
        fitting = [hmac.compare_digest(given, known.encode()) for known in settings.API_TOKENS]
        return f"token-{fitting.index(True) + 1}" if any(fitting) else None


class PerToken(SimpleRateThrottle):
    """A rate per caller over all web processes; while Redis is away nobody is limited, rather than nobody served."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Where the caller's history is counted."""
        return f"rate:{getattr(request, 'auth', None) or request.META.get('REMOTE_ADDR')}"

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether the caller is within the rate."""
        try:
            return bool(super().allow_request(request))
        except RedisError:
            log.warning("rate_not_counted", hint="Redis is away")
            return True


class Unfit(Exception):
    """What was asked can't be done as asked: answered with this status, naming the field."""

    def __init__(self, field: str, message: str, *, status: int = 422) -> None:
        super().__init__(field)
        self.field, self.message, self.status = field, message, status


def make_api(*, namespace: str, title: str, version: str) -> NinjaAPI:
    """An API below `/api/v1/`, with its schema at `openapi.json` and its pages at `docs`."""
    api = openapi.DescribedAPI(
        title=title,
        version=version,
        auth=Token(),
        throttle=[PerToken(settings.API_RATE)],
        urls_namespace=namespace,
    )
    handlers = {
        ValidationError: lambda _request, error: failed(
            422,
            [(place(each["loc"]), expectations.sentence(each["type"], each.get("ctx", {}))) for each in error.errors],
        ),
        AuthenticationError: lambda _request, _error: failed(
            401, [("Authorization", "expected: Bearer <a token of API_TOKENS>")]
        ),
        Throttled: lambda _request, error: too_fast(error),
        Unfit: lambda _request, error: failed(error.status, [(error.field, error.message)]),
        HttpError: lambda _request, error: failed(
            error.status_code, [("", UNREADABLE if error.status_code == 400 else str(error))]
        ),
        Http404: no_such_address,
        RequestDataTooBig: lambda _request, _error: failed(413, [("", "the request is larger than 1 MiB")]),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    return api


def addresses(api: NinjaAPI) -> list[URLPattern | URLResolver]:
    """The API below `/api/v1/`, and an answer in its shape for everything else below `/api/`; for a URLconf."""
    routes, app_name, namespace = api.urls
    spoken = [
        URLPattern(route.pattern, in_shape(route.callback), route.default_args, route.name)
        if isinstance(route, URLPattern)
        else route
        for route in routes
    ]
    return [path("api/v1/", (spoken, app_name, namespace)), re_path(r"^api(/|$)", no_such_address)]


def in_shape(view: View) -> View:
    """The view with errors in our shape where the framework answers before any of our code is asked."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            response = view(request, *args, **named)
        except Http404:
            return no_such_address(request)
        return method_not_allowed(response["Allow"].split(", ")) if response.status_code == 405 else response

    return answer


@csrf_exempt
def no_such_address(_request: HttpRequest, *_: object) -> HttpResponse:
    """404, whatever the method."""
    return failed(404, [("", "there is no such address; the documentation is at /api/v1/docs")])


def method_not_allowed(allowed: Iterable[str]) -> HttpResponse:
    """405, with the methods that this address knows."""
    known = sorted(allowed)
    response = failed(405, [("", f"expected the method {' or '.join(known)}")])
    response["Allow"] = ", ".join(known)
    return response


def failed(status: int, errors: Sequence[tuple[str, str]]) -> HttpResponse:
    """The one shape of an error."""
    body = {"errors": [{"field": field, "message": message} for field, message in errors]}
    return JsonResponse(body, status=status)


def too_fast(error: Throttled) -> HttpResponse:
    """429, with when to come back."""
    response = failed(429, [("", "too many requests; slow down")])
    response["Retry-After"] = str(int(error.wait or 1))
    return response


def place(location: Sequence[str | int]) -> str:
    """A validation error's place without the parts that only the framework knows."""
    parts = [str(part) for part in location if part not in ("body", "query", "path", "header", "payload")]
    return ".".join(parts)
