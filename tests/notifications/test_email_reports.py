"""Providers' tracking webhooks through HTTP: what each has to hold, in its own shape and signature."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications import models
from tests.notifications import reports
from tests.notifications.builders import reread
from tests.notifications.reports import PROVIDER_ID, PROVIDERS, SECRET, SIGNING, Told, post
from tests.notifications.signing import Signer

pytestmark = pytest.mark.django_db(transaction=True)

EVERY_PROVIDER = pytest.mark.parametrize("told", PROVIDERS.values(), ids=PROVIDERS.keys())
EVERY_SIGNING_PROVIDER = pytest.mark.parametrize("told", SIGNING.values(), ids=SIGNING.keys())


@pytest.fixture(autouse=True)
def reported(settings: Settings) -> Iterator[responses.RequestsMock]:
    """What any provider needs of an installation."""
    with reports.taken(settings) as network:
        yield network


@pytest.fixture
def sent() -> models.Message:
    """An email that the provider took."""
    return reports.a_sent_message()


@EVERY_PROVIDER
@pytest.mark.parametrize(
    ("kind", "state"),
    [("delivered", "delivered"), ("bounced", "bounced"), ("deferred", "sent"), ("complained", "sent")],
)
def test_a_report_reaches_its_message(sent: models.Message, told: Told, kind: str, state: str) -> None:
    answer = post(told(kind, PROVIDER_ID))

    assert (answer.status_code, answer.content) == (200, b"")
    assert reread(sent).state == state
    kept = sent.reports.get()
    unnamed = told is reports.mailersend and kind == "deferred"  # Anymail has no word for MailerSend's
    assert kept.kind == ("unknown" if unnamed else kind)
    assert kept.at is not None
    assert kept.code == ("bounced" if kind == "bounced" else "")


@EVERY_PROVIDER
def test_the_same_event_twice_is_kept_once(sent: models.Message, told: Told) -> None:
    answers = [post(told("bounced", PROVIDER_ID)).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert sent.reports.count() == 1


@EVERY_PROVIDER
def test_a_delivery_that_is_reported_after_the_bounce_changes_nothing(sent: models.Message, told: Told) -> None:
    post(told("bounced", PROVIDER_ID, event="2"))
    post(told("delivered", PROVIDER_ID, event="1"))

    assert reread(sent).state == "bounced"
    assert [report.kind for report in sent.reports.all()] == ["bounced", "delivered"]


@EVERY_PROVIDER
def test_a_bounce_after_the_delivery_counts(sent: models.Message, told: Told) -> None:
    post(told("delivered", PROVIDER_ID, event="1"))
    post(told("bounced", PROVIDER_ID, event="2"))

    assert reread(sent).state == "bounced"


@EVERY_PROVIDER
def test_a_message_that_nobody_knows_is_no_error(sent: models.Message, told: Told) -> None:
    answer = post(told("bounced", "<somebody-elses@mail.clinic.example>"))

    assert answer.status_code == 200
    assert reread(sent).state == "sent"
    assert models.TrackingEvent.objects.get().message is None


@EVERY_PROVIDER
def test_what_a_person_does_with_a_letter_isnt_kept(sent: models.Message, told: Told) -> None:
    answer = post(told("opened", PROVIDER_ID))

    assert answer.status_code == 200
    assert not models.TrackingEvent.objects.exists()


@EVERY_PROVIDER
def test_nothing_personal_is_kept_or_logged(sent: models.Message, told: Told, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for kind in ("delivered", "bounced", "complained"):
        post(told(kind, PROVIDER_ID, event="1"))
        post(told(kind, PROVIDER_ID, event="1"), secret="reports:wrong")

    kept = json.dumps(list(models.TrackingEvent.objects.values()), default=str)
    said = kept + "".join(f"{record.getMessage()}{record.exc_text}" for record in caplog.records)
    assert "bounced" in kept
    assert not [each for each in (reports.PATIENT, reports.NAME, "unknown here") if each in said]


@EVERY_PROVIDER
@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "secret_missing"),
        ("", "secret_missing"),
        ("reports:visibly-fake", "secret_wrong"),
        (f"{SECRET}2", "secret_wrong"),
        ("żółw:🐢", "secret_wrong"),
    ],
)
def test_without_the_right_secret_a_report_is_refused_with_one_line(
    sent: models.Message, told: Told, secret: str | None, reason: str
) -> None:
    with capture_logs() as lines:
        answer = post(told("bounced", PROVIDER_ID), secret=secret)

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"].startswith("Basic")
    (line,) = lines
    assert set(line) == {"event", "log_level", "reason", "hint"}
    assert (line["event"], line["reason"]) == ("report_refused", reason)
    assert reread(sent).state == "sent"
    assert not models.TrackingEvent.objects.exists()


@EVERY_PROVIDER
def test_while_no_secret_is_set_nobody_reports_anything(sent: models.Message, told: Told, settings: Settings) -> None:
    settings.ANYMAIL = {name: value for name, value in reports.ANYMAIL.items() if name != "WEBHOOK_SECRET"}

    with capture_logs() as lines:
        answer = post(told("bounced", PROVIDER_ID))

    assert answer.status_code == 403
    assert [line["reason"] for line in lines] == ["secret_not_set"]
    assert not models.TrackingEvent.objects.exists()


@EVERY_PROVIDER
def test_two_secrets_count_while_one_is_rotated(sent: models.Message, told: Told, settings: Settings) -> None:
    settings.ANYMAIL = reports.ANYMAIL | {"WEBHOOK_SECRET": [SECRET, reports.NEXT_SECRET]}

    answers = [
        post(told("bounced", PROVIDER_ID), secret=secret).status_code
        for secret in (SECRET, reports.NEXT_SECRET, "reports:neither")
    ]

    assert answers == [200, 200, 401]


@EVERY_SIGNING_PROVIDER
@pytest.mark.parametrize("signer", [Signer.SOMEBODY, Signer.NOBODY])
def test_the_providers_own_signature_counts_on_top(sent: models.Message, told: Told, signer: Signer) -> None:
    with capture_logs() as lines:
        forged = post(told("bounced", PROVIDER_ID, signer=signer))

    assert (forged.status_code, forged.content) == (403, b"")
    assert [line["reason"] for line in lines] == ["signature_wrong"]
    assert reread(sent).state == "sent"
    assert not models.TrackingEvent.objects.exists()


# Mailgun signs a token of its own and not what it says.
@pytest.mark.parametrize("told", [reports.amazon_ses, reports.resend, reports.mailersend])
def test_what_was_changed_on_the_way_is_refused(sent: models.Message, told: Told) -> None:
    report = told("bounced", "<somebody-elses@mail.clinic.example>")
    changed = dataclasses.replace(
        report, body=report.body.replace(b"somebody-elses@mail.clinic.example", PROVIDER_ID.strip("<>").encode())
    )

    answer = post(changed)

    assert answer.status_code == 403
    assert reread(sent).state == "sent"


@EVERY_PROVIDER
def test_what_is_no_json_is_refused_without_a_trace_of_it(told: Told) -> None:
    report = told("bounced", PROVIDER_ID)
    strange = [dataclasses.replace(report, body=body) for body in (b"", b"{", b"not JSON", b"\xff")]

    with capture_logs() as lines:
        answers = [post(each).status_code for each in strange]

    assert set(answers) <= {400, 403}
    assert {line["reason"] for line in lines} <= {"unreadable", "signature_wrong"}
    assert len(lines) == len(strange)
    assert not models.TrackingEvent.objects.exists()


@EVERY_PROVIDER
def test_json_of_another_shape_crashes_nothing_and_leaves_nothing(told: Told) -> None:
    report = told("bounced", PROVIDER_ID)
    shapes = [[], {}, "a sentence", 7, None, [[]], [{}], {"data": []}, {"type": []}, {"msys": 1}, {"signature": {}}]
    strange = [dataclasses.replace(report, body=json.dumps(shape).encode()) for shape in shapes]

    answers = [post(each).status_code for each in strange]

    assert set(answers) <= {200, 400, 403}  # 200: some providers knock with an empty post
    assert set(answers) & {400, 403}
    assert not models.TrackingEvent.objects.exists()


@EVERY_PROVIDER
def test_with_the_database_away_the_provider_is_asked_to_come_again(sent: models.Message, told: Told) -> None:
    report = told("bounced", PROVIDER_ID)

    with connection.execute_wrapper(no_database), capture_logs() as lines:
        away = post(report)
    back = post(report)

    assert (away.status_code, away.content) == (503, b"")
    assert [line["reason"] for line in lines] == ["not_kept"]
    assert back.status_code == 200
    assert reread(sent).state == "bounced"


def no_database(*_: Any) -> None:
    """What a query meets while PostgreSQL is away."""
    raise OperationalError("server closed the connection unexpectedly")


def test_a_body_that_is_too_large_is_refused(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    large = dataclasses.replace(reports.postmark("bounced", PROVIDER_ID), body=b" " * 2000)

    answer = post(large)

    assert answer.status_code == 413


def test_a_provider_whose_settings_are_missing_is_asked_to_come_again(settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}

    with capture_logs() as lines:
        answer = post(reports.mailgun("bounced", PROVIDER_ID))

    assert answer.status_code == 503
    assert [line["reason"] for line in lines] == ["misconfigured"]


def test_a_browser_finds_no_page_and_a_provider_may_look_whether_anybody_is_there() -> None:
    client = Client()

    looked = client.get("/anymail/postmark/tracking/", secure=True)
    knocked = client.head("/anymail/postmark/tracking/", secure=True)
    plain = client.head("/anymail/postmark/tracking/")

    assert (looked.status_code, knocked.status_code, plain.status_code) == (405, 200, 200)


@pytest.mark.parametrize(
    "provider", ["postmark", "mailgun", "amazon_ses", "brevo", "resend", "mailersend", "sparkpost"]
)
def test_nobody_takes_incoming_mail(provider: str) -> None:
    answer = Client().post(f"/anymail/{provider}/inbound/", "{}", content_type="application/json", secure=True)

    assert answer.status_code == 404
