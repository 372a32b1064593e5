"""Spoiled posts at the doors of seven mail providers, signed as theirs: taken or refused, and none breaks a door."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator

import pytest
import responses
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from notifications import models
from notifications.channels import sns_signature
from tests import spoiling
from tests.notifications import reports, signing
from tests.notifications.builders import reread
from tests.notifications.reports import PROVIDER_ID, PROVIDERS, Report, post
from tests.notifications.signing import Signer
from tests.spoiling import often, soon

pytestmark = pytest.mark.django_db

KINDS = ("delivered", "bounced", "deferred", "complained", "opened")
TAKEN, REFUSED = {200}, {400, 403, 413}


@pytest.fixture(autouse=True, scope="module")
def reported() -> Iterator[None]:
    """What any provider needs of an installation, and Amazon's certificate where it belongs."""
    sns_signature.key_at.cache_clear()
    with override_settings(ANYMAIL=dict(reports.ANYMAIL)), responses.RequestsMock() as network:
        network.get(signing.CERTIFICATE, body=signing.amazons_certificate())
        yield
    sns_signature.key_at.cache_clear()


def by_mailersend(report: Report, body: bytes) -> Report:
    """Signed in a header."""
    return dataclasses.replace(report, body=body, headers=signing.mailersend(body, signer=Signer.PROVIDER))


def by_resend(report: Report, body: bytes) -> Report:
    """Signed in headers of Svix's."""
    return dataclasses.replace(report, body=body, headers=signing.svix("msg-1", body, signer=Signer.PROVIDER))


def by_amazon(report: Report, body: bytes) -> Report:
    """The spoiled text inside a notification that is whole."""
    told = {"Type": "Notification", "MessageId": "sns-1", "TopicArn": "arn:aws:sns:eu-central-1:000000000000:reports"}
    told |= {"Message": body.decode(errors="replace"), "Timestamp": reports.INSTANT}
    return reports.by_sns(signing.sns(told, signer=Signer.PROVIDER))


SIGNED_AGAIN: dict[str, Callable[[Report, bytes], Report]] = {
    "MailerSend": by_mailersend,
    "Resend": by_resend,
    "Amazon SES": by_amazon,
}
"""Who signs the body; Mailgun signs a word of its own inside it, the others nothing."""


def signed_again(provider: str, report: Report, body: bytes) -> Report:
    """A post of that body instead, signed as far as the provider signs bodies."""
    sign = SIGNED_AGAIN.get(provider)
    return sign(report, body) if sign else dataclasses.replace(report, body=body)


def inner(provider: str, report: Report) -> bytes:
    """What there is to spoil: at Amazon's the text in the notification."""
    return json.loads(report.body)["Message"].encode() if provider == "Amazon SES" else report.body


@pytest.mark.parametrize("provider", PROVIDERS)
@often(0.6)
@given(data=st.data())
def test_a_spoiled_report_that_is_signed_is_taken_or_refused(provider: str, data: st.DataObject) -> None:
    report = PROVIDERS[provider](data.draw(st.sampled_from(KINDS)), PROVIDER_ID)
    told = inner(provider, report)
    spoiled = data.draw(spoiling.bodies(json.loads(told), told))

    with soon():
        answer = post(signed_again(provider, report, spoiled))

    assert answer.status_code in TAKEN | REFUSED
    assert answer.content == b""


@pytest.mark.parametrize("provider", sorted(SIGNED_AGAIN))
@often(0.2)
@given(data=st.data())
def test_a_report_that_was_changed_after_it_was_signed_moves_nothing(provider: str, data: st.DataObject) -> None:
    sent = reports.a_sent_message()
    report = PROVIDERS[provider]("bounced", PROVIDER_ID)
    changed = data.draw(spoiling.bodies(json.loads(report.body), report.body).filter(lambda body: body != report.body))

    with soon():
        answer = post(dataclasses.replace(report, body=changed))

    assert answer.status_code in TAKEN | REFUSED
    assert reread(sent).state == models.State.SENT or answer.status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nesting_without_end_is_refused(provider: str) -> None:
    report = PROVIDERS[provider]("delivered", PROVIDER_ID)

    with soon():
        answer = post(signed_again(provider, report, spoiling.as_bytes({"event-data": spoiling.DEEP})))

    assert answer.status_code in REFUSED


def test_a_report_of_an_instant_that_no_calendar_has_is_refused() -> None:
    report = PROVIDERS["Mailgun"]("delivered", PROVIDER_ID)
    told = json.loads(report.body)
    told["event-data"]["timestamp"] = 67_768_036_191_676_796

    answer = post(signed_again("Mailgun", report, spoiling.as_bytes(told)))

    assert answer.status_code in REFUSED


@pytest.mark.parametrize("character", ["\0", "\ud800", "\n"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_report_about_an_id_that_no_database_can_hold_is_refused(provider: str, character: str) -> None:
    answer = post(PROVIDERS[provider]("bounced", f"<no{character}body@mail.example>"))

    assert answer.status_code in REFUSED
    assert not models.TrackingEvent.objects.exists()
