"""Every address of visits_service is signed, authenticated, or on this list of what is public on purpose."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import routes

PUBLIC = {
    "healthz",
    "readyz",
    "metrics",
    "api/v1/openapi.json",
    "api/v1/docs",
    "admin/login/",
    "admin/logout/",
}


@pytest.mark.django_db
def test_what_is_open_to_anybody_is_so_on_purpose() -> None:
    assert routes.open_to_anybody() == PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/v/made-up/", "/nowhere"])
def test_no_page_lets_in_code_that_is_not_ours(path: str) -> None:
    policy = Client().get(path, secure=True).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
