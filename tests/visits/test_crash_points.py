"""Whatever commit or outside call a process dies at, a visit's reminders end as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notifications import outbox
from notifications.models import Message
from notifications.sms import backends
from notifications.tasks import deliver_email, deliver_sms
from scripts.compose_smoke.traffic import zone_by_day
from tests import crash_points, end_states
from tests.crash_points import COMMIT, CONTENT, NAMED, REDIS, SMTP, TEXT, WRITTEN
from tests.notifications.builders import outcomes
from tests.notifications.mail_server import MailServer
from tests.notifications.sms.twilio_server import TwilioServer
from tests.visits.builders import TOKEN
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE: dict[str, Any] = {"limit": 100, "overdue": timedelta(0)}
DIFFERS = ("attempts", "last_error", "reference", "about", "dedupe_key")
MESSAGE = ("message_id", "provider_message_id", "text", "html", "headers", "attachments", "possible_double")
ATTEMPT = ("outcome", "number")
SHORTLY, MANY = timedelta(hours=23), 15
EVERYWHERE = {COMMIT, REDIS, SMTP, CONTENT}


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
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    """Where texts arrive; the forks find the backend built, and no connection."""
    server = TwilioServer()
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.twilio.Backend", ""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_FROM = "AC" + "0" * 32, "+15005550006"
    settings.TWILIO_API_BASE = server.address
    backends.forget()
    backends.get_backend()
    yield server
    server.stop()
    backends.forget()


@pytest.fixture
def kept_texts(settings: Settings, tmp_path: Path) -> Path:
    """Where texts arrive that become files."""
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.file.Backend", ""
    settings.SMS_FILE_PATH = tmp_path / "texts"
    settings.SMS_FILE_PATH.mkdir()
    return tmp_path / "texts"


class Journey:
    """A visit from the booking system's call to the patient's reminders; what wasn't answered is called again."""

    def __init__(self, answered: Path, *arrived: Callable[[], object]) -> None:
        self.arrived = arrived
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}
        self.booking = crash_points.ready(Client(headers=headers))
        now = datetime.now(UTC)
        self.answered = answered
        self.body = {
            "starts_at": (now + SHORTLY).isoformat(timespec="seconds"),
            "timezone": zone_by_day(now),
            "patient": {"external_id": "p-1", "name": "Ada", "email": "ada@patient.example", "phone": "+48601000001"},
        }

    def forget(self) -> None:
        """Nothing has happened, and nothing has arrived."""
        for forget in self.arrived:
            forget()
        self.answered.unlink(missing_ok=True)
        crash_points.forget_all()

    def go(self) -> None:
        """Call if there is no answer yet, then do all that the rows say is due."""
        if not self.answered.exists():
            answer = self.booking.put("/api/v1/visits/v-1", self.body, content_type="application/json")
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


def test_a_visits_reminders_end_alike_wherever_a_process_dies(
    mail: MailServer, twilio: TwilioServer, tmp_path: Path
) -> None:
    log = tmp_path / "points"
    journey = Journey(tmp_path / "answered", mail.taken.clear, twilio.messages.clear)
    points, wrong = gone_through(journey, log, mail=mail, sent=TEXT, texts=lambda: len(twilio.messages))

    found = crash_points.wrong_after_deaths(journey, points, log=log, wrong=wrong)

    assert not found, "\n".join(found)
    assert twilio.looked_up >= 1
    assert crash_points.kinds_of(points) == EVERYWHERE | {"Twilio POST", TEXT}
    assert len(points) > MANY, points


def test_they_do_where_texts_become_files(mail: MailServer, kept_texts: Path, tmp_path: Path) -> None:
    log = tmp_path / "points"
    journey = Journey(tmp_path / "answered", mail.taken.clear, lambda: empty(kept_texts))
    points, wrong = gone_through(journey, log, mail=mail, sent=NAMED, texts=lambda: len(list(kept_texts.glob("*.txt"))))
    [named] = [at for at, name in enumerate(points) if name == NAMED]

    found = crash_points.wrong_after_deaths(journey, points, log=log, wrong=wrong, at=[named - 1, named, named + 1])

    assert not found, "\n".join(found)
    assert crash_points.kinds_of(points) == EVERYWHERE | {WRITTEN, NAMED}


def empty(folder: Path) -> None:
    """Have no files there."""
    for file in folder.iterdir():
        file.unlink()


def gone_through(
    journey: Journey, log: Path, *, mail: MailServer, sent: str, texts: Callable[[], int]
) -> tuple[list[str], Callable[[int], list[str]]]:
    """The points of a journey that nobody disturbs; and who tells what is other than after it, after a death.

    `sent` is the point at which the text leaves us, `texts` says how many arrived.
    """
    journey.forget()
    points = crash_points.points_of(journey.go, log=log)
    [letter] = crash_points.doubts_of(points, sent=CONTENT)
    [text] = crash_points.doubts_of(points, sent=sent)
    expected = end_states.state_without(*DIFFERS, *MESSAGE, *ATTEMPT)

    def wrong(died_before: int) -> list[str]:
        of_texts = of_text(texts(), text, died_before)
        return [*of_rows(expected), *of_letter(mail, letter, died_before), *of_texts]

    return points, wrong


def of_rows(expected: end_states.State) -> list[str]:
    """What is other than after a clean run, attempts apart."""
    found = end_states.state_without(*DIFFERS, *MESSAGE, *ATTEMPT)
    return end_states.differences({**found, "Attempt": expected["Attempt"]}, expected)


def of_letter(mail: MailServer, letter: crash_points.Doubt, died_before: int) -> Iterator[str]:
    """What is wrong with the email: twice only where it was taken and nobody lived to record that, under one id."""
    copies, message = 1 + letter.is_twice(died_before), Message.objects.get(channel="email")
    if len(mail.taken) != copies or {each["Message-ID"] for each in mail.mails} != {message.message_id}:
        yield f"{len(mail.taken)} emails instead of {copies}"
    yield from of_record(message, in_doubt=letter.is_in_doubt(died_before))


def of_text(arrived: int, text: crash_points.Doubt, died_before: int) -> Iterator[str]:
    """What is wrong with the text, which is looked up before it is sent once more, and so never comes twice."""
    if arrived != 1:
        yield f"{arrived} texts"
    yield from of_record(Message.objects.get(channel="sms"), in_doubt=text.is_in_doubt(died_before))


def of_record(message: Message, *, in_doubt: bool) -> Iterator[str]:
    """What is wrong with what stands about a message."""
    if message.possible_double != in_doubt:
        yield f"{message.channel}: possible double is {message.possible_double}"
    if outcomes(message) != ["unknown"] * in_doubt + ["accepted"]:
        yield f"{message.channel}: attempts {outcomes(message)}"
