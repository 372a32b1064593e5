"""Twilio's two doors let in what Twilio signed and nothing else, and say to the operator why not."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from tests.visits.twilio import FORM_TYPE, INBOUND, STATUS, a_text, post, signature
from visits_service.reminders.models import Answer

pytestmark = pytest.mark.django_db
DOORS = [INBOUND, INBOUND.rstrip("/"), STATUS, STATUS.rstrip("/")]


@pytest.mark.parametrize("path", [INBOUND, INBOUND.rstrip("/")])
def test_a_message_is_kept_and_answered_with_no_reply(path: str) -> None:
    answer = post(a_text("Hello"), path=path)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
    assert answer.content == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert not answer.cookies
    assert Answer.objects.get().text == "Hello"


def test_the_public_address_counts_whatever_host_and_scheme_a_proxy_asks_for() -> None:
    form = a_text("Hello")
    behind = {"Host": "127.0.0.1:8002", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"}

    answer = post(form, **behind)

    assert answer.status_code == 200
    assert Answer.objects.count() == 1


def test_a_signature_over_the_address_behind_the_proxy_is_refused() -> None:
    form = a_text("Hello")

    answer = post(form, **{"X-Twilio-Signature": signature(form, public_url="http://127.0.0.1:8002")})

    assert answer.status_code == 403
    assert not Answer.objects.exists()


def test_the_query_of_the_address_is_signed_with_it() -> None:
    form, path = a_text("Hello"), f"{INBOUND}?clinic=north+1&x=%C5%BC"

    right = post(form, path=path)
    wrong = post(a_text("Hello", sid="SM2"), path=f"{path}0", **{"X-Twilio-Signature": signature(form, path=path)})

    assert (right.status_code, wrong.status_code) == (200, 403)


@pytest.mark.parametrize("signed_with", ["visibly-fake-new-token", "visibly-fake-old-token"])
def test_while_the_token_is_rotated_both_are_taken(settings: Settings, signed_with: str) -> None:
    settings.TWILIO_AUTH_TOKEN = "visibly-fake-new-token, visibly-fake-old-token"
    form = a_text("Hello")

    answer = post(form, **{"X-Twilio-Signature": signature(form, token=signed_with)})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("header", "reason", "hint"),
    [
        ("", "signature_missing", "proxy"),
        ("AAAA", "signature_wrong", "PUBLIC_URL"),
        (signature(a_text("Hello"), token="visibly-fake-other"), "signature_wrong", "TWILIO_AUTH_TOKEN"),
        (signature(a_text("Changed")), "signature_wrong", "TWILIO_AUTH_TOKEN"),
    ],
)
def test_what_twilio_did_not_sign_is_refused_with_one_line(path: str, header: str, reason: str, hint: str) -> None:
    form = a_text("Hello", number="+48601999999")

    with capture_logs() as lines:
        answer = post(form, path=path, **{"X-Twilio-Signature": header})

    assert (answer.status_code, answer.content) == (403, b"")
    (line,) = lines
    assert (line["event"], line["reason"]) == ("sms_webhook_refused", reason)
    assert hint in line["hint"]
    assert "48601" not in repr(lines)
    assert "Hello" not in repr(lines)
    assert not Answer.objects.exists()


def test_without_a_token_nothing_is_let_in_and_the_operator_is_told_what_to_set(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = ""

    with capture_logs() as lines:
        answer = post(a_text("Hello"), **{"X-Twilio-Signature": signature(a_text("Hello"), token="")})

    assert answer.status_code == 403
    assert (lines[0]["reason"], "TWILIO_AUTH_TOKEN" in lines[0]["hint"]) == ("token_missing", True)


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused(path: str, method: str) -> None:
    with capture_logs() as lines:
        answer = Client().generic(method, path)

    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "POST")
    assert lines[0]["reason"] == "method_not_post"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"Body=\xff\xfe", 403, "body_not_form"),
        (urlencode([("x", "1")] * 300).encode(), 403, "body_not_form"),
        (b"x=" + b"1" * (1024 * 1024), 413, "body_too_large"),
        (b'{"Body": "1"}', 403, "signature_wrong"),
    ],
)
def test_a_body_that_cannot_be_twilios_is_refused(body: bytes, status: int, reason: str) -> None:
    with capture_logs() as lines:
        answer = Client().generic("POST", INBOUND, body, content_type=FORM_TYPE, headers={"X-Twilio-Signature": "AAAA"})

    assert (answer.status_code, answer.content) == (status, b"")
    assert [line["reason"] for line in lines] == [reason]


@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_a_signed_post_of_something_else_is_refused(path: str) -> None:
    form = {"CallSid": "CA1", "From": "+48601000001"}

    with capture_logs() as lines:
        answer = post(form, path=path)

    assert (answer.status_code, lines[0]["reason"]) == (403, "incomplete")
