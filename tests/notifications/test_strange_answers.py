"""Whatever comes back from a mail provider or its server, an email was taken, or it failed by one of our two names."""

from __future__ import annotations

import json
import re
import smtplib
from typing import Any

import pytest
import requests
import responses
from anymail import exceptions as anymail
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from notifications import messages
from notifications.channels import connection, email, faults
from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests import spoiling
from tests.spoiling import often, parsed

ADDRESS = "anna@patients.example"
BACKENDS: dict[str, Any] = {
    "anymail.backends.postmark.EmailBackend": {"ErrorCode": 0, "Message": "OK", "MessageID": "id-1", "To": ADDRESS},
    "notifications.channels.resend.EmailBackend": {"id": "id-1"},
    "anymail.backends.brevo.EmailBackend": {"messageId": "<id-1@mail.example>"},
    "anymail.backends.mailersend.EmailBackend": {"message": "", "warnings": []},
    "anymail.backends.mailgun.EmailBackend": {"id": "<id-1@mail.example>", "message": "Queued. Thank you."},
}
"""With what each of them says to a message that it takes."""
KEYS = ("POSTMARK_SERVER_TOKEN", "RESEND_API_KEY", "BREVO_API_KEY", "MAILERSEND_API_TOKEN", "MAILGUN_API_KEY")
STATUSES = st.sampled_from([200, 201, 202, 204, 302, 400, 401, 422, 429, 500, 502, 503])
CODES = {"recipient_refused", "recipient_deferred", "provider_refuses_us", "provider_busy", "message_refused"}
CODES |= {"connection_failed", "connection_lost", "unclear_answer", "unsupported_by_provider"}
LETTER = messages.Email(
    to=ADDRESS, subject="Your receipt", text="Thank you", html="", language="en", about="R-1", dedupe_key="R-1:first"
)


@pytest.fixture(autouse=True)
def _keys_and_a_line_of_ones_own(settings: Settings) -> Any:
    settings.ANYMAIL = dict.fromkeys(KEYS, "visibly-fake") | {"MAILGUN_SENDER_DOMAIN": "clinic.example"}
    connection.drop()
    yield
    connection.drop()


@pytest.mark.parametrize(("backend", "taken"), BACKENDS.items(), ids=[name.split(".")[-2] for name in BACKENDS])
@often(0.5)
@given(status=STATUSES, data=st.data())
def test_any_answer_is_an_id_or_a_failure_with_a_name(
    backend: str, taken: Any, status: int, data: st.DataObject
) -> None:
    body = data.draw(st.binary(max_size=50) | spoiling.bodies(taken, json.dumps(taken).encode()))

    found = outcome(backend, status=status, body=body)

    assert isinstance(found, ProviderFailure) or status < 300
    if isinstance(found, ProviderFailure):
        assert found.code in CODES
        assert ADDRESS not in str(found)
        assert status >= 300 or isinstance(found, GiveUp) or getattr(found, "accepted_maybe", False)
    else:
        assert "\x00" not in found


def outcome(backend: str, *, status: int, body: bytes) -> str | ProviderFailure:
    """The provider's id of the letter, or how sending it failed."""
    with pytest.MonkeyPatch.context() as patched, responses.RequestsMock() as network:
        patched.setattr("django.conf.settings.EMAIL_BACKEND", backend)
        network.post(re.compile(".*"), body=body, status=status)
        try:
            return email.send(LETTER, message_id="<1@clinic.example>")
        except ProviderFailure as failure:
            return failure


codes = st.integers(-1, 999)
words = st.binary(max_size=20).map(lambda said: said + ADDRESS.encode())
smtp = st.one_of(
    st.builds(smtplib.SMTPDataError, codes, words),
    st.builds(smtplib.SMTPSenderRefused, codes, words, st.just("clinic@clinic.example")),
    st.builds(lambda code, said: smtplib.SMTPRecipientsRefused({ADDRESS: (code, said)}), codes, words),
    st.builds(smtplib.SMTPAuthenticationError, codes, words),
    st.builds(smtplib.SMTPHeloError, codes, words),
    st.builds(smtplib.SMTPConnectError, codes, words),
    st.builds(smtplib.SMTPServerDisconnected, words),
    st.builds(smtplib.SMTPNotSupportedError, words),
)
silences = st.builds(OSError, codes, st.just(ADDRESS)) | st.sampled_from(
    [TimeoutError(), ConnectionResetError(ADDRESS)]
)


def by_status(status: int) -> anymail.AnymailRequestsAPIError:
    """What Anymail makes of an answer with that status."""
    answer = requests.Response()
    answer.status_code = status
    return anymail.AnymailRequestsAPIError(ADDRESS, response=answer)


@given(error=smtp | silences | codes.filter(bool).map(by_status) | st.builds(anymail.AnymailRecipientsRefused))
def test_any_error_of_a_backends_has_a_name_that_quotes_nothing(error: Any) -> None:
    failure, _ = parsed(faults.sort, error)

    assert failure.code in CODES
    assert ADDRESS not in str(failure)


@given(code=st.integers(400, 599), kind=st.sampled_from([smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused]))
def test_a_server_is_asked_again_just_when_it_says_that_its_no_may_pass(code: int, kind: Any) -> None:
    error = kind(code, b"no") if kind is smtplib.SMTPDataError else kind({ADDRESS: (code, b"no")})

    failure = faults.sort(error)

    assert isinstance(failure, TryLater) == (code < 500)
