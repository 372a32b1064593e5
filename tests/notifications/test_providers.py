"""Providers that are reached over HTTP through Anymail: what their answers mean, and what they are told."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
import responses
from pytest_django import Settings
from urllib3 import exceptions as urllib3

from notifications import delivery
from tests.notifications.builders import a_message, an_invitation, now_due, reread

pytestmark = pytest.mark.django_db(transaction=True)

POSTMARK = "https://api.postmarkapp.com/email"
RESEND = "https://api.resend.com/emails"
INACTIVE = {
    "ErrorCode": 406,
    "Message": "Found inactive addresses: anna@patients.example. Inactive recipients are ones that bounced.",
}
INVALID = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'anna@patients.example'."}
TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "provider-id-1", "To": "anna@patients.example"}


@pytest.fixture
def postmark(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "visibly-fake"}


@pytest.fixture
def resend(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "notifications.channels.resend.EmailBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "visibly-fake"}


@responses.activate
@pytest.mark.usefixtures("postmark")
def test_an_accepted_message_keeps_the_providers_id() -> None:
    responses.post(POSTMARK, json=TAKEN)
    message = a_message(to_name="Łukasz", subject="Zażółć")

    delivery.deliver(message.pk)

    told = json.loads(str(responses.calls[0].request.body))
    assert (reread(message).state, reread(message).provider_message_id) == ("sent", "provider-id-1")
    assert (told["Subject"], told["TextBody"], told["HtmlBody"]) == ("Zażółć", message.text, message.html)
    assert {"Name": "Message-ID", "Value": message.message_id} in told["Headers"]


@responses.activate
@pytest.mark.usefixtures("postmark")
def test_an_invitation_keeps_its_method_on_the_way_to_a_provider() -> None:
    responses.post(POSTMARK, json=TAKEN)
    invitation = an_invitation()

    delivery.deliver(a_message(attachments=(invitation,)).pk)

    (attached,) = json.loads(str(responses.calls[0].request.body))["Attachments"]
    assert (attached["Name"], attached["ContentType"]) == (invitation.filename, invitation.content_type)
    assert base64.b64decode(attached["Content"]) == invitation.text.encode()


@responses.activate
@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    ("status", "state", "code", "possible_double"),
    [
        (400, "failed", "message_refused", False),
        (401, "queued", "provider_refuses_us", False),
        (403, "queued", "provider_refuses_us", False),
        (413, "failed", "message_refused", False),
        (429, "queued", "provider_busy", False),
        (500, "queued", "provider_busy", False),
        (502, "queued", "provider_busy", True),
        (503, "queued", "provider_busy", False),
        (504, "queued", "provider_busy", True),
    ],
)
def test_a_status_says_whether_to_try_later(status: int, state: str, code: str, possible_double: bool) -> None:
    responses.post(POSTMARK, status=status, json={"ErrorCode": 1, "Message": "no"})
    message = a_message()

    delivery.deliver(message.pk)

    message = reread(message)
    assert (message.state, message.last_error, message.possible_double) == (state, code, possible_double)


def refused() -> requests.ConnectionError:
    """What requests raises when nobody listens."""
    reason = urllib3.NewConnectionError(None, "refused")  # type: ignore[arg-type]
    return requests.ConnectionError(urllib3.MaxRetryError(None, "/", reason))  # type: ignore[arg-type]


@responses.activate
@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    ("silence", "code", "possible_double"),
    [
        (requests.ConnectTimeout(), "connection_failed", False),
        (refused(), "connection_failed", False),
        (requests.ReadTimeout(), "connection_lost", True),
        (requests.ConnectionError("aborted"), "connection_lost", True),
    ],
)
def test_no_answer_may_hide_an_acceptance_unless_no_connection_stood(
    silence: Exception, code: str, possible_double: bool
) -> None:
    responses.post(POSTMARK, body=silence)
    message = a_message()

    delivery.deliver(message.pk)

    message = reread(message)
    assert (message.state, message.last_error, message.possible_double) == ("queued", code, possible_double)


@responses.activate
@pytest.mark.usefixtures("postmark")
def test_an_answer_that_makes_no_sense_may_be_an_acceptance() -> None:
    responses.post(POSTMARK, body="<html>")
    message = a_message()

    delivery.deliver(message.pk)

    assert (reread(message).last_error, reread(message).possible_double) == ("unclear_answer", True)


@responses.activate
@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("answer", [INACTIVE, INVALID])
def test_an_address_that_the_provider_refuses_is_dead(answer: dict[str, Any]) -> None:
    responses.post(POSTMARK, status=422, json=answer)
    message = a_message()

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("failed", "recipient_refused")


@responses.activate
@pytest.mark.usefixtures("postmark")
def test_a_refusal_in_words_that_nobody_knows_isnt_taken_for_an_acceptance() -> None:
    responses.post(POSTMARK, status=422, json={"ErrorCode": 406, "Message": "We would rather not."})
    message = a_message()

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("failed", "unclear_answer")


def test_a_port_where_nobody_listens_is_a_connection_that_never_stood(settings: Settings, free_port: int) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x", "POSTMARK_API_URL": f"http://127.0.0.1:{free_port}/"}
    message = a_message()

    delivery.deliver(message.pk)

    assert (reread(message).last_error, reread(message).possible_double) == ("connection_failed", False)


@responses.activate
@pytest.mark.usefixtures("resend")
def test_a_repeat_to_resend_bears_the_same_idempotency_key() -> None:
    responses.post(RESEND, body=requests.ReadTimeout())
    message = a_message()
    delivery.deliver(message.pk)
    responses.replace(responses.POST, RESEND, json={"id": "resend-1"})
    now_due(message)

    delivery.deliver(message.pk)

    first, second = (call.request for call in responses.calls)
    key = message.message_id.strip("<>").split("@")[0]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == key
    assert first.body == second.body
    assert "Idempotency-Key" not in str(first.body)
    assert (reread(message).state, reread(message).provider_message_id) == ("sent", "resend-1")


@responses.activate
@pytest.mark.usefixtures("resend")
def test_each_message_to_resend_has_a_key_of_its_own() -> None:
    responses.post(RESEND, json={"id": "resend-1"})

    for number in range(2):
        delivery.deliver(a_message(dedupe_key=f"document:{number}").pk)

    first, second = (call.request.headers["Idempotency-Key"] for call in responses.calls)
    assert first != second


@responses.activate
@pytest.mark.usefixtures("resend")
def test_resend_is_still_busy_with_the_first_copy() -> None:
    responses.post(RESEND, status=409, json={"name": "concurrent_idempotent_requests"})
    message = a_message()

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("queued", "provider_busy")
