"""Providers through Apprise: one text to one number, one question, and no more trust than a yes or no deserves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
import responses
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from notifications.channels import sms as channel
from notifications.sms import backends
from servicekit.failures import GiveUp
from tests.notifications.sms.builders import PATIENT, an_sms

API = "https://gateway.seven.io/api/sms"
SNS = f"sns://{'A' * 20}/{'s' * 40}/us-east-1/{{to}}"


@pytest.fixture
def seven(settings: Settings) -> Iterator[responses.RequestsMock]:
    """One of the services that Apprise reaches, at the level of HTTP."""
    settings.SMS_BACKEND = "notifications.sms.apprise.Backend"
    settings.SMS_FALLBACK_BACKEND = ""
    settings.APPRISE_SMS_URL = "seven://visibly-fake-key/{to}"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_the_text_goes_to_the_one_number_as_it_is(seven: responses.RequestsMock) -> None:
    seven.post(API, json={"success": "100"}, status=200)
    text = "  Line one &amp; :smile: \\\\n <b>two</b>\\n" + "a" * 200

    provider_id = channel.send(an_sms(text=text))

    [call] = seven.calls
    sent = json.loads(str(call.request.body))
    assert provider_id == ""
    assert (sent["to"], sent["text"]) == (PATIENT, text)


@pytest.mark.parametrize(
    "answer", [400, 401, 429, 500, requests.ReadTimeout(PATIENT), requests.ConnectionError(PATIENT)]
)
def test_every_no_is_final_since_any_may_hide_a_yes(seven: responses.RequestsMock, answer: int | Exception) -> None:
    seven.post(API, body=answer) if isinstance(answer, Exception) else seven.post(API, json={}, status=answer)

    with pytest.raises(GiveUp, match="unclear_answer"):
        channel.send(an_sms())

    assert len(seven.calls) == 1


def test_a_message_that_may_have_been_sent_is_not_sent_again(seven: responses.RequestsMock) -> None:
    with pytest.raises(GiveUp, match="unclear_answer"):
        channel.send(an_sms(maybe_sent_since=datetime(2020, 1, 1, tzinfo=UTC)))

    assert len(seven.calls) == 0


def test_a_number_that_the_service_drops_is_not_replaced_by_its_own(seven: responses.RequestsMock) -> None:
    with pytest.raises(GiveUp, match="recipient_refused"):
        channel.send(an_sms(to="+1234567"))

    assert len(seven.calls) == 0


def test_nothing_that_the_service_logs_comes_through(
    seven: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seven.post(API, json={}, status=500)

    with pytest.raises(GiveUp) as failure:
        channel.send(an_sms())

    assert not [record for record in caplog.records if record.name.startswith("apprise")]
    assert (failure.value.__cause__, failure.value.__context__) == (None, None)


@pytest.mark.parametrize(
    "address",
    [
        "seven://visibly-fake-key/{to}",
        f"twilio://AC{'0' * 32}:{'b' * 32}@15005550006/{{to}}",
        f"vonage://AC111111:{'b' * 16}@15005550006/{{to}}",
        f"plivo://{'A' * 25}@{'b' * 40}/15005550006/{{to}}",
        f"sinch://{'a' * 32}:{'b' * 32}@15005550006/{{to}}",
        f"msgbird://{'a' * 25}/15005550006/{{to}}",
        "clicksend://user:pass@{to}",
        "bulksms://user:pass@{to}",
        "46elks://user:pass@Clinic/{to}",
        f"telnyx://{'K' * 20}@15005550006/{{to}}",
        SNS,
    ],
)
def test_services_of_every_shape_can_be_aimed(settings: Settings, address: str) -> None:
    settings.SMS_BACKEND, settings.APPRISE_SMS_URL = "notifications.sms.apprise.Backend", address

    assert backends.get_backend()


@pytest.mark.parametrize(
    "address",
    [
        "seven://visibly-fake-key/+15005550006",
        "seven://visibly-fake-key/{to}/+15005550006",
        "nonsense://{to}",
        "json://localhost/{to}",
        SNS + "/a-topic",
    ],
)
def test_an_address_that_reaches_nobody_or_others_too_is_refused_at_the_start(settings: Settings, address: str) -> None:
    settings.SMS_BACKEND, settings.APPRISE_SMS_URL = "notifications.sms.apprise.Backend", address

    with pytest.raises(ImproperlyConfigured, match="APPRISE_SMS_URL is no Apprise service"):
        backends.get_backend()
