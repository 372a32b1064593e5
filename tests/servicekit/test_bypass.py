"""The way around Django's middleware: a view answers as it would behind it, and everything else goes to Django."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import Resolver404, path

from servicekit import bypass

Answer = tuple[str, dict[str, str], bytes]


def echo(request: HttpRequest) -> HttpResponse:
    """What was posted, once more."""
    return HttpResponse(request.body, status=202, headers={"X-Method": request.method or ""})


def broken(_request: HttpRequest) -> HttpResponse:
    """A bug."""
    raise LookupError("somebody's name")


urlpatterns = [path("echo/", echo), path("broken/", broken)]


def django(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Stands where Django does."""
    start_response("200 OK", [])
    return [b"django"]


@pytest.fixture
def application() -> Iterable[WSGIApplication]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=["no.such.Middleware"]):
        yield bypass.around(django, paths=["/echo/", "/broken/"])


def ask(application: WSGIApplication, address: str, body: bytes = b"") -> Answer:
    """The status, headers and body that a server would send."""
    said: dict[str, Any] = {}
    environ: WSGIEnvironment = {"PATH_INFO": address, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body))}
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO(body)

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        said.update(status=status, headers=dict(headers))

    content = b"".join(application(environ, start_response))
    return said["status"], said["headers"], content


@pytest.mark.django_db
def test_a_named_path_is_answered_by_its_view_without_any_middleware(application: WSGIApplication) -> None:
    status, headers, content = ask(application, "/echo/", b"an event")

    assert (status, content) == ("202 Accepted", b"an event")
    assert headers["X-Method"] == "POST"


@pytest.mark.django_db
def test_every_other_path_goes_to_django(application: WSGIApplication) -> None:
    answers = [ask(application, address) for address in ("/", "/echo", "/echo/more")]

    assert {content for _, _, content in answers} == {b"django"}


@pytest.mark.django_db
def test_a_bug_in_a_view_is_a_500_that_quotes_nothing(application: WSGIApplication) -> None:
    status, _, content = ask(application, "/broken/")

    assert status == "500 Internal Server Error"
    assert b"somebody" not in content


@override_settings(ROOT_URLCONF=__name__)
def test_a_path_without_a_view_stops_the_start() -> None:
    with pytest.raises(Resolver404):
        bypass.around(django, paths=["/nowhere/"])
