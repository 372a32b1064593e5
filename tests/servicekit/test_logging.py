"""What a log gets to hear of a request: its address, and never the token in it, which opens somebody's page."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from servicekit import logging as ours

TOKEN = "1-abc:1vXyZ:visibly-fake-signature"


def breaks(request: HttpRequest, **_: str) -> HttpResponse:
    """A bug."""
    raise RuntimeError("broken")


urlpatterns = [path("r/<str:token>", breaks), path("plain/<str:number>", breaks)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service's own logging writes."""
    written, handler = io.StringIO(), logging.StreamHandler()
    handler.setStream(written)
    formatter = ours.config(level="INFO", human=False)["formatters"]["structured"]
    handler.setFormatter(formatter.pop("()")(**formatter))
    logging.getLogger("django.request").addHandler(handler)
    yield written
    logging.getLogger("django.request").removeHandler(handler)


@pytest.mark.parametrize(
    ("address", "event"),
    [
        (f"/r/{TOKEN}", "Internal Server Error: r/<str:token>"),
        ("/plain/12", "Internal Server Error: /plain/12"),
    ],
)
def test_a_crash_is_logged_with_its_address_but_without_a_token(log: io.StringIO, address: str, event: str) -> None:
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"]):
        answer = Client(raise_request_exception=False).get(address, secure=True)

    line = json.loads(log.getvalue())
    assert answer.status_code == 500
    assert (line["event"], line["exception"]) == (event, "RuntimeError")
    assert TOKEN not in log.getvalue()
