"""Twilio at the level of HTTP: what is asked, and what every answer comes to."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from django.utils import timezone
from pytest_django import Settings

from notifications.channels import sms as channel
from notifications.sms import backends
from notifications.sms import twilio as twilio_backend
from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests.notifications.sms.builders import (
    ACCOUNT,
    API,
    MESSAGE_SID,
    MESSAGING_SERVICE,
    PATIENT,
    SECRET_TEXT,
    SENDER,
    TOKEN,
    accepted,
    an_sms,
    refused,
)
from tests.notifications.sms.sending import failure_of


def asked(mock: responses.RequestsMock, index: int = 0) -> dict[str, str]:
    """The form that Twilio got."""
    body = mock.calls[index].request.body
    assert isinstance(body, str)
    return {name: values[0] for name, values in parse_qs(body).items()}


def test_a_message_is_created_from_our_number_and_its_id_returned(twilio: responses.RequestsMock) -> None:
    twilio.post(API, json=accepted(), status=201)

    provider_id = channel.send(an_sms())

    assert provider_id == MESSAGE_SID
    assert asked(twilio) == {"To": PATIENT, "Body": SECRET_TEXT, "From": SENDER}
    assert twilio.calls[0].request.headers["Authorization"]


def test_while_the_token_is_rotated_the_first_one_sends(
    twilio: responses.RequestsMock, twilio_settings: Settings
) -> None:
    twilio_settings.TWILIO_AUTH_TOKEN = f" {TOKEN}, visibly-fake-old-token"
    twilio.post(API, json=accepted(), status=201)

    channel.send(an_sms())

    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert twilio.calls[0].request.headers["Authorization"] == f"Basic {login}"


def test_a_token_that_no_header_can_hold_is_our_mistake_and_ends_no_message(
    twilio: responses.RequestsMock, twilio_settings: Settings
) -> None:
    twilio_settings.TWILIO_AUTH_TOKEN = f"\u201c{TOKEN}\u201d"

    with pytest.raises(twilio_backend.NotAsked) as mistake:
        channel.send(an_sms())

    assert not twilio.calls
    assert TOKEN not in str(mistake.value)
    assert mistake.value.__suppress_context__


def test_a_messaging_service_chooses_the_number_unless_the_message_names_a_sender(
    twilio: responses.RequestsMock, twilio_settings: Settings
) -> None:
    twilio_settings.TWILIO_FROM = MESSAGING_SERVICE
    twilio.post(API, json=accepted(status="accepted"), status=201)

    channel.send(an_sms())
    channel.send(an_sms(sender="MGH Clinic"))

    assert asked(twilio)["MessagingServiceSid"] == MESSAGING_SERVICE
    assert "From" not in asked(twilio)
    assert asked(twilio, 1)["From"] == "MGH Clinic"


def test_twilio_reports_to_an_address_that_names_the_message(
    twilio: responses.RequestsMock, twilio_settings: Settings
) -> None:
    twilio_settings.SMS_STATUS_CALLBACK_URL = "https://visits.clinic.example/webhooks/sms/status/"
    twilio.post(API, json=accepted(), status=201)

    channel.send(an_sms(reference="17"))

    assert asked(twilio)["StatusCallback"] == "https://visits.clinic.example/webhooks/sms/status/?reference=17"


@pytest.mark.parametrize(("left", "shortest", "longest"), [(90, 80, 90), (36_000 * 3, 36_000, 36_000), (2, 1, 2)])
def test_a_message_leaves_twilios_queue_in_time_or_never(
    twilio: responses.RequestsMock, left: int, shortest: int, longest: int
) -> None:
    twilio.post(API, json=accepted(), status=201)

    channel.send(an_sms(valid_until=timezone.now() + timedelta(seconds=left)))

    assert shortest <= int(asked(twilio)["ValidityPeriod"]) <= longest


def test_less_than_a_second_is_too_late(twilio: responses.RequestsMock) -> None:
    found = failure_of(valid_until=timezone.now() + timedelta(milliseconds=900))

    assert (type(found), found.code, len(twilio.calls)) == (GiveUp, "too_late", 0)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8123", "http://127.0.0.1:8123/", "https://proxy.example/twilio"])
def test_another_address_is_asked_in_twilios_place(
    twilio: responses.RequestsMock, twilio_settings: Settings, base: str
) -> None:
    twilio_settings.TWILIO_API_BASE = base
    twilio.post(API.replace("https://api.twilio.com", base.rstrip("/")), json=accepted(), status=201)

    assert channel.send(an_sms()) == MESSAGE_SID


def test_a_message_in_doubt_is_looked_up_and_not_created_again(twilio: responses.RequestsMock) -> None:
    now = timezone.now()
    older = accepted(sid="SM-old", date_created=(now - timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S +0000"))
    other = accepted(sid="SM-other", body="Something else", date_created=now.strftime("%a, %d %b %Y %H:%M:%S +0000"))
    ours = accepted(sid="SM-ours", date_created=now.strftime("%a, %d %b %Y %H:%M:%S +0000"))
    twilio.get(API, json={"messages": [other, ours, older], "page_size": 20})

    provider_id = channel.send(an_sms(maybe_sent_since=now))

    assert provider_id == "SM-ours"
    [call] = twilio.calls
    assert parse_qs(urlsplit(str(call.request.url)).query)["To"] == [PATIENT]


def test_a_message_in_doubt_that_twilio_does_not_know_is_created(twilio: responses.RequestsMock) -> None:
    twilio.get(API, json={"messages": []})
    twilio.post(API, json=accepted(), status=201)

    provider_id = channel.send(an_sms(maybe_sent_since=timezone.now()))

    assert provider_id == MESSAGE_SID


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [("{}", 503, "provider_down"), ("{}", 401, "provider_refuses_us"), ("<html>", 200, "unclear_answer")],
)
def test_a_message_in_doubt_is_not_created_while_nobody_can_look(
    twilio: responses.RequestsMock, body: str, status: int, expected: str
) -> None:
    twilio.get(API, body=body, status=status)

    found = failure_of(maybe_sent_since=timezone.now())

    assert isinstance(found, TryLater)
    assert (found.code, [call.request.method for call in twilio.calls]) == (expected, ["GET"])


@pytest.mark.parametrize(
    ("answer", "status"),
    [(accepted(), 201), (refused(21211), 400), (refused(20500, 500), 500), (requests.ReadTimeout(PATIENT), 0)],
)
def test_neither_logs_nor_exceptions_name_the_patient_or_a_secret(
    twilio: responses.RequestsMock, caplog: pytest.LogCaptureFixture, answer: Any, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.post(API, body=answer) if isinstance(answer, Exception) else twilio.post(API, json=answer, status=status)

    failure: BaseException | None = None
    try:
        channel.send(an_sms())
    except ProviderFailure as raised:
        failure = raised

    assert failure is None or (failure.__cause__, failure.__context__) == (None, None)
    told = f"{failure!r} {failure} " + " ".join(record.getMessage() for record in caplog.records)
    assert not any(secret in told for secret in (PATIENT, SECRET_TEXT, TOKEN))


def test_connections_are_kept_and_none_is_repeated_by_the_library(twilio: responses.RequestsMock) -> None:
    backend = backends.get_backend()
    assert isinstance(backend, twilio_backend.Backend)

    adapter = backend.client.http_client.session.get_adapter(API)

    assert adapter.max_retries.total == 0
    assert backends.get_backend() is backend


def test_an_address_that_is_none_is_refused_at_once(twilio_settings: Settings) -> None:
    twilio_settings.TWILIO_API_BASE = "127.0.0.1:8123"

    with pytest.raises(Exception, match="TWILIO_API_BASE is no address"):
        backends.get_backend()
