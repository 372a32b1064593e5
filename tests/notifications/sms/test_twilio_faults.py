"""Every answer of Twilio's, and every kind of silence, comes to one of our names."""

from __future__ import annotations

import ssl

import pytest
import requests
import responses
from urllib3 import HTTPSConnectionPool
from urllib3 import exceptions as urllib3
from urllib3.connection import HTTPConnection

from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests.notifications.sms.builders import API, PATIENT, accepted, refused
from tests.notifications.sms.sending import failure_of


@pytest.mark.parametrize(
    ("code", "status", "kind", "expected"),
    [
        (21610, 400, GiveUp, "opted_out"),
        (21211, 400, GiveUp, "recipient_refused"),
        (21217, 400, GiveUp, "recipient_refused"),
        (21614, 400, GiveUp, "recipient_refused"),
        (21635, 400, GiveUp, "recipient_refused"),
        (21617, 400, GiveUp, "message_refused"),
        (99999, 400, GiveUp, "message_refused"),
        (20003, 401, TryLater, "provider_refuses_us"),
        (20403, 403, TryLater, "provider_refuses_us"),
        (20404, 404, TryLater, "provider_refuses_us"),
        (21408, 400, TryLater, "provider_refuses_us"),
        (21606, 400, TryLater, "provider_refuses_us"),
        (21612, 400, TryLater, "provider_refuses_us"),
        (20429, 429, TryLater, "provider_busy"),
        (63038, 429, TryLater, "provider_busy"),
        (21611, 400, TryLater, "provider_busy"),
        (20408, 408, TryLater, "provider_busy"),
        (20503, 503, TryLater, "provider_down"),
        (20500, 500, TryLater, "provider_down"),
        (20502, 502, TryLater, "provider_down"),
        (20504, 504, TryLater, "provider_down"),
    ],
)
def test_every_refusal_has_its_name(
    twilio: responses.RequestsMock, code: int, status: int, kind: type[ProviderFailure], expected: str
) -> None:
    twilio.post(API, json=refused(code, status), status=status)

    found = failure_of()

    assert (type(found), found.code) == (kind, expected)
    assert len(twilio.calls) == 1
    assert getattr(found, "accepted_maybe", False) == (status in {500, 502, 504})


def test_an_error_in_the_newer_shape_is_understood(twilio: responses.RequestsMock) -> None:
    twilio.post(API, json={"type": "about:blank", "title": "Gone", "status": 400, "code": 21610}, status=400)

    assert failure_of().code == "opted_out"


@pytest.mark.parametrize(
    ("status", "expected"), [(502, "provider_down"), (429, "provider_busy"), (400, "message_refused")]
)
def test_an_error_without_a_body_is_judged_by_its_status(
    twilio: responses.RequestsMock, status: int, expected: str
) -> None:
    twilio.post(API, body="<html>nothing to see</html>", status=status)

    assert failure_of().code == expected


def test_a_message_that_is_born_dead_fails_by_its_own_code(twilio: responses.RequestsMock) -> None:
    twilio.post(API, json=accepted(status="failed", error_code=21610), status=201)

    assert failure_of().code == "opted_out"


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"sid": null}', '"SM1"'])
def test_a_yes_without_an_id_is_never_repeated(twilio: responses.RequestsMock, body: str) -> None:
    twilio.post(API, body=body, status=201)

    found = failure_of()

    assert (type(found), found.code) == (GiveUp, "unclear_answer")


def test_a_redirect_is_not_followed(twilio: responses.RequestsMock) -> None:
    twilio.post(API, status=307, headers={"Location": "https://elsewhere.example/"})

    found = failure_of()

    assert (found.code, len(twilio.calls)) == ("provider_refuses_us", 1)


def pool_error(reason: Exception) -> requests.ConnectionError:
    """What requests raises around urllib3's reason."""
    pool = HTTPSConnectionPool("api.twilio.com")
    return requests.ConnectionError(urllib3.MaxRetryError(pool, f"/?To={PATIENT}", reason))


@pytest.mark.parametrize(
    ("trouble", "expected", "maybe"),
    [
        (requests.ConnectTimeout(), "connection_failed", False),
        (pool_error(urllib3.NewConnectionError(HTTPConnection("x"), "refused")), "connection_failed", False),
        (pool_error(urllib3.ProxyError("no way through", OSError())), "connection_failed", False),
        (pool_error(urllib3.SSLError(ssl.SSLCertVerificationError())), "connection_failed", False),
        (pool_error(urllib3.SSLError(OSError("cut short"))), "connection_lost", True),
        (requests.ReadTimeout(f"no answer about {PATIENT}"), "connection_lost", True),
        (requests.ConnectionError("aborted", ConnectionResetError()), "connection_lost", True),
        (requests.exceptions.ChunkedEncodingError(), "connection_lost", True),
    ],
)
def test_silence_is_told_apart_by_whether_twilio_may_have_heard_us(
    twilio: responses.RequestsMock, trouble: Exception, expected: str, maybe: bool
) -> None:
    twilio.post(API, body=trouble)

    found = failure_of()

    assert isinstance(found, TryLater)
    assert (found.code, found.accepted_maybe, len(twilio.calls)) == (expected, maybe, 1)
