"""Who gets in, how much at once and how often; and the pages that describe the API."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from django.test import Client

from scripts.embedded import free_port
from tests import processes
from tests.api.conftest import TOKENS
from tests.builders import OTHER_TOKEN, TOKEN

pytestmark = pytest.mark.django_db
PATHS = [
    ("POST", "/api/v1/checkouts"),
    ("GET", "/api/v1/checkouts/chk_1"),
    ("GET", "/api/v1/payments?payment_intent=pi_1"),
    ("GET", "/api/v1/receipts?payment_intent=pi_1"),
    ("GET", "/api/v1/receipts/R-2026-000001.pdf"),
    ("POST", "/api/v1/receipts/R-2026-000001/send"),
]
STRANGERS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer wrong",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    f"bearer{TOKEN}",
    f"Basic {TOKEN}",
    TOKEN,
    "Bearer ünïcödé-tøken",
]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("authorization", STRANGERS)
def test_without_a_token_of_ours_every_call_is_refused(method: str, path: str, authorization: str | None) -> None:
    headers = {"X-Forwarded-Proto": "https"} | ({} if authorization is None else {"Authorization": authorization})

    response = Client(headers=headers).generic(method, path, b"not even JSON", content_type="application/json")

    assert response.status_code == 401
    assert response.json() == {
        "errors": [{"field": "Authorization", "message": "expected: Bearer <a token of API_TOKENS>"}]
    }


@pytest.mark.parametrize("token", TOKENS)
def test_each_of_the_tokens_lets_in(token: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"})

    response = client.get("/api/v1/payments?payment_intent=pi_1")

    assert response.status_code == 200


def test_a_missing_parameter_is_named(api: Client) -> None:
    response = api.get("/api/v1/receipts")

    assert response.status_code == 422
    assert response.json() == {"errors": [{"field": "payment_intent", "message": "expected, but it is missing"}]}


def test_a_body_over_one_mebibyte_is_refused(api: Client) -> None:
    body = b'{"visit_id": "' + b"x" * 1024 * 1024 + b'"}'

    response = api.post("/api/v1/checkouts", body, content_type="application/json")

    assert response.status_code == 413
    assert response.json() == {"errors": [{"field": "", "message": "the request is larger than 1 MiB"}]}


def test_the_schema_and_its_pages_describe_every_call(api: Client) -> None:
    schema = api.get("/api/v1/openapi.json")
    docs = api.get("/api/v1/docs")

    assert schema.status_code == 200
    assert {f"{method.upper()} {path}" for path, calls in schema.json()["paths"].items() for method in calls} == {
        "POST /api/v1/checkouts",
        "GET /api/v1/checkouts/{id}",
        "GET /api/v1/payments",
        "GET /api/v1/receipts",
        "GET /api/v1/receipts/{number}.pdf",
        "POST /api/v1/receipts/{number}/send",
    }
    assert docs.status_code == 200
    assert "/api/v1/openapi.json" in docs.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_caller_who_is_too_fast_is_told_when_to_come_back_and_others_are_served(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/v1/payments?payment_intent=pi_1"

    with processes.web(tmp_path / "web.log", port=port, API_RATE="3/m"):
        answers = [get(url, TOKEN) for _ in range(5)]
        other = get(url, OTHER_TOKEN)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json() == {"errors": [{"field": "", "message": "too many requests; slow down"}]}
    assert other.status_code == 200


def get(url: str, token: str) -> requests.Response:
    """A GET as the proxy passes it on."""
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"}
    return requests.get(url, headers=headers, timeout=10)
