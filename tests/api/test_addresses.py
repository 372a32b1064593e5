"""Below `/api/` every answer has the API's shape: also for an address or a method that doesn't exist."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/checkouts/", "/api/v2/checkouts"]
)
def test_an_address_that_does_not_exist_is_said_so_in_the_shape_of_every_error(
    api: Client, method: str, path: str
) -> None:
    api.handler.enforce_csrf_checks = True

    response = api.generic(method, path)

    assert response.status_code == 404
    assert response.json() == {
        "errors": [{"field": "", "message": "there is no such address; the documentation is at /api/v1/docs"}]
    }


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/checkouts", "POST"),
        ("PUT", "/api/v1/checkouts", "POST"),
        ("DELETE", "/api/v1/payments?payment_intent=pi_1", "GET"),
        ("OPTIONS", "/api/v1/receipts/R-2026-000001/send", "POST"),
        ("POST", "/api/v1/receipts/R-2026-000001.pdf", "GET"),
    ],
)
def test_another_method_is_answered_with_the_one_that_is_expected(
    api: Client, method: str, path: str, allowed: str
) -> None:
    response = api.generic(method, path)

    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert response.json() == {"errors": [{"field": "", "message": f"expected the method {allowed}"}]}


def test_what_is_not_below_the_api_is_not_answered_by_it(api: Client) -> None:
    response = api.get("/apiary")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
