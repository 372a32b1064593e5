"""The patient's page over HTTP, as a browser behind the clinic's proxy asks for it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from payments_service.receipting import links
from receipts.models import Receipt
from servicekit.pages import addresses


def a_browser() -> Client:
    """Somebody without cookies, over https, whose CSRF isn't waved through."""
    return Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https"})


def get(path: str) -> Any:
    """The answer to a GET."""
    return a_browser().get(path)


def text_of(path: str) -> str:
    """The page as text, with plain spaces."""
    return str(get(path).content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def paths_of(receipt: Receipt, token: str = "") -> dict[str, str]:
    """Every address that a document has, by the name of its view; with another token in place of a good one."""
    page, pdf = (token or links.token_of(receipt, kind=kind) for kind in (links.PAGE, links.PDF))
    return {
        "page": addresses.path("receipting:page", page),
        "page_pdf": addresses.path("receipting:page_pdf", page, receipt.number),
        "pdf": addresses.path("receipting:pdf", pdf),
    }


def page_of(receipt: Receipt) -> str:
    """The path of its page."""
    return paths_of(receipt)["page"]


def kind_of(name: str) -> str:
    """What kind of token a view takes."""
    return links.PDF if name == "pdf" else links.PAGE


def aged(receipt: Receipt, kind: str, age: timedelta, *, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token that was made that long ago."""
    made = time.time() - age.total_seconds()
    with monkeypatch.context() as past:
        past.setattr("django.core.signing.time.time", lambda: made)
        return links.token_of(receipt, kind=kind)
