"""Whatever commit or outside call a process dies at, a visit's reminders end as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notifications import outbox
from notifications.models import Message
from notifications.tasks import deliver_email, deliver_sms
from scripts.compose_smoke.traffic import zone_by_day
from tests import crash_points
from tests.notifications.builders import outcomes
from tests.notifications.mail_server import MailServer
from tests.visits.builders import TOKEN
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE: dict[str, Any] = {"limit": 100, "overdue": timedelta(0)}
DIFFERS = ("attempts", "last_error", "reference", "about", "dedupe_key")
MESSAGE = ("message_id", "provider_message_id", "text", "html", "headers", "attachments", "possible_double")
ATTEMPT = ("outcome", "number")
SHORTLY, MANY = timedelta(hours=23), 15


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    """Where emails arrive."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.hang_up()
    server.stop()


@pytest.fixture
def texts(settings: Settings, tmp_path: Path) -> Path:
    """Where texts arrive."""
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.file.Backend", ""
    settings.SMS_FILE_PATH = tmp_path / "texts"
    settings.SMS_FILE_PATH.mkdir()
    return tmp_path / "texts"


class Journey:
    """A visit from the booking system's call to the patient's reminders; what wasn't answered is called again."""

    def __init__(self, answered: Path) -> None:
        now = datetime.now(UTC)
        self.answered = answered
        self.body = {
            "starts_at": (now + SHORTLY).isoformat(timespec="seconds"),
            "timezone": zone_by_day(now),
            "patient": {"external_id": "p-1", "name": "Ada", "email": "ada@patient.example", "phone": "+48601000001"},
        }

    def forget(self) -> None:
        """Nothing has happened yet."""
        self.answered.unlink(missing_ok=True)
        crash_points.forget_all()

    def go(self) -> None:
        """Call if there is no answer yet, then do all that the rows say is due."""
        if not self.answered.exists():
            headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}
            answer = Client(headers=headers).put("/api/v1/visits/v-1", self.body, content_type="application/json")
            assert answer.status_code in (200, 201)
            self.answered.touch()
        while work():
            pass

    def go_on(self) -> None:
        """Another process takes over, once the leases of the dead one are over."""
        crash_points.let_leases_expire()
        self.go()


def work() -> int:
    """One round of what workers do; how much there was."""
    planned = Reminder.objects.filter(due_at__lte=timezone.now()).count()
    if planned:
        remind_due()
    channels = (
        (deliver_email, outbox.due(channel="email", **AT_ONCE)),
        (deliver_sms, outbox.due(channel="sms", **AT_ONCE)),
    )
    for task, ids in channels:
        for message_id in ids:
            task(message_id=message_id)
    return planned + sum(len(ids) for _, ids in channels)


def test_a_visits_reminders_end_alike_wherever_a_process_dies(mail: MailServer, texts: Path, tmp_path: Path) -> None:
    journey, log = Journey(tmp_path / "answered"), tmp_path / "points"
    journey.forget()
    points = crash_points.points_of(journey.go, log=log)
    [letter] = crash_points.doubts_of(points, sent=crash_points.CONTENT)
    [text] = crash_points.doubts_of(points, sent=crash_points.NAMED)
    expected = crash_points.state_without(*DIFFERS, *MESSAGE, *ATTEMPT)

    wrong = []
    for died_before in range(len(points)):
        start_anew(journey, mail, texts)
        assert not crash_points.in_a_fork(journey.go, log=log, die_before=died_before)
        assert crash_points.in_a_fork(journey.go_on, log=log)
        wrong += [
            f"died before {died_before} ({points[died_before]}): {what}"
            for what in (
                *of_rows(expected),
                *of_letter(mail, letter, died_before),
                *of_text(list(texts.iterdir()), text, died_before),
            )
        ]

    assert not wrong, "\n".join(wrong)
    assert len(points) > MANY, points


def start_anew(journey: Journey, mail: MailServer, texts: Path) -> None:
    """Nothing has happened, and nothing has arrived."""
    journey.forget()
    mail.taken.clear()
    for text in texts.iterdir():
        text.unlink()


def of_rows(expected: crash_points.State) -> list[str]:
    """What is other than after a clean run, attempts apart."""
    found = crash_points.state_without(*DIFFERS, *MESSAGE, *ATTEMPT)
    return crash_points.differences({**found, "Attempt": expected["Attempt"]}, expected)


def of_letter(mail: MailServer, letter: crash_points.Doubt, died_before: int) -> Iterator[str]:
    """What is wrong with the email: twice only where it was taken and nobody lived to record that, under one id."""
    copies, message = 1 + letter.is_twice(died_before), Message.objects.get(channel="email")
    if len(mail.taken) != copies or {each["Message-ID"] for each in mail.mails} != {message.message_id}:
        yield f"{len(mail.taken)} emails instead of {copies}"
    yield from of_record(message, in_doubt=letter.is_in_doubt(died_before))


def of_text(arrived: list[Path], text: crash_points.Doubt, died_before: int) -> Iterator[str]:
    """What is wrong with the text, which is looked up before it is sent once more, and so never comes twice."""
    named = [path for path in arrived if path.suffix == ".txt"]
    if len(named) != 1:
        yield f"{len(named)} texts"
    yield from of_record(Message.objects.get(channel="sms"), in_doubt=text.is_in_doubt(died_before))


def of_record(message: Message, *, in_doubt: bool) -> Iterator[str]:
    """What is wrong with what stands about a message."""
    if message.possible_double != in_doubt:
        yield f"{message.channel}: possible double is {message.possible_double}"
    if outcomes(message) != ["unknown"] * in_doubt + ["accepted"]:
        yield f"{message.channel}: attempts {outcomes(message)}"
