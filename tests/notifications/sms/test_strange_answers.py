"""Whatever comes back from a provider's address, a text was sent, or it failed by one of our two names."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import Settings
from twilio.base.exceptions import TwilioException, TwilioRestException

from notifications.channels import sms as channel
from notifications.sms import twilio_faults
from servicekit.failures import GiveUp, ProviderFailure
from tests import spoiling
from tests.notifications.sms.builders import ACCOUNT, PATIENT, SECRET_TEXT, SENDER, TOKEN, accepted, an_sms, refused
from tests.spoiling import often, parsed

STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 404, 429, 500, 502, 503])
CODES = {"opted_out", "recipient_refused", "provider_refuses_us", "provider_busy", "provider_down", "message_refused"}
CODES |= {"connection_failed", "connection_lost", "unclear_answer"}
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BEFORE = accepted(date_created="Wed, 25 Nov 2026 12:00:05 +0000", date_sent=None, num_segments="1", price=None)
LISTED = {"messages": [BEFORE], "page": 0, "page_size": 20, "next_page_uri": None, "uri": "/"}
FAILED = refused(21610)
created = st.binary(max_size=50) | st.one_of(
    *[spoiling.bodies(each, json.dumps(each).encode()) for each in (BEFORE, FAILED)]
)
listed = st.binary(max_size=50) | spoiling.bodies(LISTED, json.dumps(LISTED).encode())


@pytest.fixture(autouse=True)
def _leads_to_twilio(settings: Settings) -> None:
    settings.SMS_BACKEND = "notifications.sms.twilio.Backend"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, TOKEN, SENDER
    settings.TWILIO_API_BASE = settings.SMS_FALLBACK_BACKEND = settings.SMS_STATUS_CALLBACK_URL = ""
    settings.APPRISE_SMS_URL = "seven://visibly-fake-key/{to}"


def sent(**changes: Any) -> str | ProviderFailure:
    """The provider's id of the text, or how sending it failed."""
    try:
        return channel.send(an_sms(**changes))
    except ProviderFailure as failure:
        return failure


def outcome(network: responses.RequestsMock, **changes: Any) -> str | ProviderFailure:
    """The same, in that network."""
    with network:
        return sent(**changes)


def answering(**answers: dict[str, Any]) -> responses.RequestsMock:
    """A network in which everybody answers so, by the method of what is asked."""
    network = responses.RequestsMock(assert_all_requests_are_fired=False)
    for method, answer in answers.items():
        network.add(method, re.compile(".*"), **answer)
    return network


def is_named(found: str | ProviderFailure) -> bool:
    """Whether it is an id that can be kept, or a failure from the closed set that tells of nobody."""
    if isinstance(found, str):
        return "\x00" not in found and found.encode().isascii()
    return found.code in CODES and found.__cause__ is None and found.__context__ is None


@often(0.5)
@given(status=STATUSES, body=created)
def test_any_answer_of_twilios_to_a_new_text_is_an_id_or_a_failure_with_a_name(status: int, body: bytes) -> None:
    found = outcome(answering(POST={"body": body, "status": status}))

    assert is_named(found)
    assert status < 300 or isinstance(found, ProviderFailure)


@often(0.5)
@given(status=STATUSES, body=listed)
@example(status=200, body=json.dumps(LISTED).encode())
def test_any_answer_about_texts_of_before_is_an_id_a_new_text_or_a_failure_with_a_name(
    status: int, body: bytes
) -> None:
    looked, made = {"body": body, "status": status}, {"json": accepted(sid="SM" + "2" * 32), "status": 201}

    found = outcome(answering(GET=looked, POST=made), maybe_sent_since=NOON)

    assert is_named(found)
    assert status < 300 or isinstance(found, ProviderFailure)


@often(0.5)
@given(status=STATUSES, body=st.binary(max_size=50) | spoiling.bodies({"success": "100"}, b'{"success": "100"}'))
def test_any_answer_through_apprise_is_a_yes_or_final(status: int, body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.SMS_BACKEND", "notifications.sms.apprise.Backend")

        found = outcome(answering(POST={"body": body, "status": status}))

    assert found == "" or (isinstance(found, GiveUp) and found.code == "unclear_answer")


@given(number=st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_apprise_is_never_given_another_recipient_than_the_one(number: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.SMS_BACKEND", "notifications.sms.apprise.Backend")
        with answering(POST={"json": {"success": "100"}, "status": 200}) as network:
            found = sent(to=number)
            told = [json.loads(str(call.request.body))["to"] for call in network.calls]

    assert isinstance(found, GiveUp) or [re.sub(r"\D", "", to) for to in told] == [number[1:]]


numbers = st.sampled_from([None, "", "21610", 21610, 21211, 20003, 20429, 0, -1, 10**30, 1.5, True]) | st.integers()
errors = st.one_of(
    st.builds(lambda status, code: TwilioRestException(status, "", PATIENT, code), numbers, numbers),
    st.builds(TwilioException, st.text(max_size=9)),
    st.sampled_from(
        [requests.ConnectTimeout, requests.ReadTimeout, requests.ConnectionError, requests.RequestException]
    ).flatmap(lambda kind: st.builds(kind, st.none() | st.text(max_size=9))),
)


@given(error=errors)
def test_any_error_of_the_library_has_a_name_that_quotes_nothing(error: Any) -> None:
    failure, _ = parsed(twilio_faults.sort, error)

    assert failure.code in CODES
    assert PATIENT not in str(failure)
    assert SECRET_TEXT not in str(failure)
