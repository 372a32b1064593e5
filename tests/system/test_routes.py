"""Every address of payments_service is signed, authenticated, or on this list of what is public on purpose."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import routes

PUBLIC = {
    "healthz",
    "readyz",
    "metrics",
    ".well-known/receipt-keys.json",
    "api/v1/openapi.json",
    "api/v1/docs",
    "admin/login/",
    "admin/logout/",
    # A POST asks for a fresh link; whatever the token, the answer is the same.
    "^r/(?P<token>[^/]+)/?$",
    "r/<str:token>/<str:number>.pdf",
    "^pdf/(?P<token>[^/]+)/?$",
}


@pytest.mark.django_db
def test_what_is_open_to_anybody_is_so_on_purpose() -> None:
    assert routes.open_to_anybody() == PUBLIC


@pytest.mark.django_db
def test_there_are_many_routes_and_their_addresses_match() -> None:
    found = {route.path for route in routes.all_of_them()}

    assert {"/webhooks/stripe", "/admin/receipts/receipt/made-up.pdf", "/api/v1/checkouts/made-up"} <= found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/docs", "/healthz", "/nowhere"])
def test_no_page_lets_in_code_that_is_not_ours(path: str) -> None:
    headers = Client().get(path, secure=True).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
