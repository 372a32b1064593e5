"""Tasks, admin, checks and selectors: thin, and none of them tells a log who anybody is."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from anymail import urls as anymail
from celery import current_app
from django.core import checks
from django.test import Client
from pytest_django import Settings

from notifications import delivery, models, selectors, tasks, tracking
from notifications.channels import email_reports
from notifications.models import Kind
from notifications.sms import base
from tests.notifications.builders import a_message, a_text, an_email, queued, reread
from tests.notifications.mail_server import MailServer

PERSON = "zaphod@patients.example"
NAME = "Zaphod Beeblebrox"
THE_SERVERS_OWN_LOG = "mail.log"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.mark.django_db(transaction=True)
def test_the_task_delivers_and_ignores_what_a_newer_sender_adds(mail_server: MailServer) -> None:
    message = a_message()

    tasks.deliver_email(message_id=message.pk, trace="from-a-newer-release")

    assert reread(message).state == "sent"


@pytest.mark.django_db(transaction=True)
def test_texts_have_a_task_of_their_own(texts: list[base.Sms]) -> None:
    message = queued(a_text())

    tasks.deliver_sms(message_id=message.pk, trace="from-a-newer-release")

    assert reread(message).state == "sent"


def test_every_provider_that_anymail_hears_of_reports_at_the_same_address_here() -> None:
    theirs = {f"{each.pattern}": each.callback.view_class for each in anymail.urlpatterns if "inbound" not in each.name}

    ours = {f"{provider}/tracking/": email_reports.view_class_of(provider) for provider in email_reports.VIEWS}

    ours["mandrill/"] = ours["mandrill/tracking/"]
    assert ours.keys() == theirs.keys()
    assert [at for at in ours if not issubclass(ours[at], theirs[at])] == []


@pytest.mark.parametrize("channel", models.Channel.values)
def test_a_lease_outlives_the_task_that_holds_it(channel: str) -> None:
    task = current_app.tasks[f"notifications.deliver_{channel}"]

    lease = delivery.PATIENCE[models.Channel(channel)].lease.total_seconds()

    assert 0 < (task.soft_time_limit or 0) < (task.time_limit or 0) < lease


@pytest.mark.django_db(transaction=True)
def test_neither_log_nor_error_names_a_person(mail_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mail_server.follow("refuse the address", "busy", "drop after the content", "refuse us", "hang")

    for number in range(6):
        message = a_message(to=PERSON, to_name=NAME, subject=f"For {NAME}", dedupe_key=f"document:{number}")
        delivery.deliver(message.pk)

    ours = [record for record in caplog.records if record.name != THE_SERVERS_OWN_LOG]
    logged = "".join(f"{record.getMessage()}{record.exc_text}" for record in ours)
    assert "message_attempted" in logged
    assert PERSON not in logged
    assert NAME not in logged
    assert PERSON not in "".join(models.Attempt.objects.values_list("code", flat=True))


@pytest.mark.django_db
def test_dead_messages_wait_for_a_person() -> None:
    dead, alive = a_message(), a_message(dedupe_key="document:2")
    models.Message.objects.filter(pk=dead.pk).update(state="failed", due_at=None, last_error="recipient_refused")

    waiting = selectors.needing_a_person()

    assert [message.pk for message in waiting] == [dead.pk]
    assert alive.pk not in {message.pk for message in waiting}


@pytest.mark.django_db
def test_others_ask_by_what_a_message_is_about() -> None:
    first, second = a_message(), a_message(dedupe_key="document:1:again", to="b@patients.example")
    a_message(dedupe_key="document:2", about="document-2")

    found = selectors.about("document-1")

    assert [status.id for status in found] == [first.pk, second.pk]
    assert [(status.state, status.to, status.attempts) for status in found] == [
        ("queued", "anna@patients.example", 0),
        ("queued", "b@patients.example", 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_admin_tells_a_messages_story_and_changes_nothing(
    admin_client: Client, mail_server: MailServer, settings: Settings
) -> None:
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_STATIC}}
    mail_server.follow("refuse the address")
    message = a_message(html="<script>alert(1)</script>")
    delivery.deliver(message.pk)
    place = f"/admin/notifications/message/{message.pk}/change/"

    story = admin_client.get(place, secure=True)
    listed = admin_client.get("/admin/notifications/message/?state__exact=failed", secure=True)
    changed = admin_client.post(place, {"subject": "Other"}, secure=True)

    assert b"recipient_refused" in story.content
    assert b"<script>alert(1)" not in story.content
    assert b"recipient_refused" in listed.content
    assert changed.status_code == 403
    assert reread(message).subject == an_email().subject


@pytest.mark.django_db(transaction=True)
def test_the_admin_tells_what_the_provider_reported_below_the_attempts(
    admin_client: Client, mail_server: MailServer, settings: Settings
) -> None:
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_STATIC}}
    message = a_message()
    delivery.deliver(message.pk)
    at = datetime(2026, 5, 4, 8, 15, tzinfo=UTC)
    for event_id, kind, code in [("1", Kind.DELIVERED, ""), ("2", Kind.BOUNCED, "timed_out")]:
        tracking.record(tracking.Update(event_id, kind, message.message_id, code=code, at=at))

    page = admin_client.get(f"/admin/notifications/message/{message.pk}/change/", secure=True).content.decode()

    story = page.partition('<main id="content-start"')[2]  # beside it stands what else the admin has
    told = [story.index(part) for part in ("accepted by the provider", "delivered", "undelivered for good")]
    assert told == sorted(told)
    assert "timed_out" in story
    assert "10:15" in story  # by the clinic's clock


@pytest.mark.parametrize(("timeout", "warned"), [(None, True), (60, True), (20, False)])
def test_a_check_warns_when_a_hanging_server_could_hold_a_worker(
    settings: Settings, timeout: int | None, warned: bool
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = timeout

    found = {message.id for message in checks.run_checks()}

    assert ("notifications.W001" in found) is warned


@pytest.mark.parametrize(
    ("backend", "warned"),
    [("anymail.backends.resend.EmailBackend", True), ("notifications.channels.resend.EmailBackend", False)],
)
def test_a_check_warns_when_resend_gets_no_idempotency_key(settings: Settings, backend: str, warned: bool) -> None:
    settings.EMAIL_BACKEND = backend
    settings.ANYMAIL = {"RESEND_API_KEY": "visibly-fake"}

    found = {message.id for message in checks.run_checks()}

    assert ("notifications.W002" in found) is warned


SIGNATURES = ("notifications.E003", "notifications.W003")
ANYMAILS = ["anymail.backends.postmark.EmailBackend", "notifications.channels.resend.EmailBackend"]


@pytest.mark.parametrize("backend", ANYMAILS)
@pytest.mark.parametrize(
    ("secret", "found"),
    [({}, True), ({"WEBHOOK_SECRET": ""}, True), ({"WEBHOOK_SECRET": []}, True), ({"WEBHOOK_SECRET": ["u:p"]}, False)],
)
def test_a_provider_without_a_webhook_secret_is_an_error(
    settings: Settings, backend: str, secret: dict[str, object], found: bool
) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL = backend, secret

    errors = {message.id for message in checks.run_checks() if message.level >= checks.ERROR}

    assert ("notifications.E001" in errors) is found


@pytest.mark.parametrize(
    ("backend", "given", "found"),
    [
        ("anymail.backends.mailgun.EmailBackend", {}, {"notifications.E003", "notifications.W003"}),
        ("anymail.backends.mailgun.EmailBackend", {"MAILGUN_API_KEY": "fake"}, {"notifications.W003"}),
        ("anymail.backends.mailgun.EmailBackend", {"MAILGUN_WEBHOOK_SIGNING_KEY": "fake"}, set()),
        ("notifications.channels.resend.EmailBackend", {}, {"notifications.W003"}),
        ("notifications.channels.resend.EmailBackend", {"RESEND_SIGNING_SECRET": "x"}, {"notifications.E003"}),
        ("notifications.channels.resend.EmailBackend", {"RESEND_SIGNING_SECRET": "whsec_ZmFrZQ=="}, set()),
        ("anymail.backends.mailersend.EmailBackend", {}, {"notifications.E003"}),
        ("anymail.backends.amazon_ses.EmailBackend", {}, set()),
        ("anymail.backends.postmark.EmailBackend", {}, set()),
        ("anymail.backends.unisender_go.EmailBackend", {"UNISENDER_GO_API_KEY": "fake"}, set()),
        ("anymail.backends.console.EmailBackend", {}, set()),
    ],
)
def test_a_provider_whose_reports_would_be_refused_or_could_be_forged_is_found(
    settings: Settings, backend: str, given: dict[str, object], found: set[str]
) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL = backend, {"WEBHOOK_SECRET": ["reports:visibly-fake-1"], **given}

    messages = [message for message in checks.run_checks() if str(message.id) in SIGNATURES]

    assert {message.id for message in messages} == found
    assert all("ANYMAIL_" in str(message.hint) for message in messages)


def test_a_mail_server_of_ones_own_reports_nothing_and_needs_no_secret(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL = "django.core.mail.backends.smtp.EmailBackend", {}

    found = {message.id for message in checks.run_checks()}

    assert "notifications.E001" not in found


def test_a_mail_backend_that_cant_be_loaded_is_an_error(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.pigeon.EmailBackend"

    found = {message.id for message in checks.run_checks()}

    assert "notifications.E002" in found
