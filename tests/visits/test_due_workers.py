"""The due scan as it is run: workers, Beats and a person at once, and workers that are killed in the middle of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Message
from servicekit import celery
from tests import processes
from tests.locks import end_sessions_before_a_lock, nobody_may_write
from tests.notifications.builders import now_due
from tests.notifications.mail_server import MailServer
from tests.notifications.sms.builders import ACCOUNT, SENDER, TOKEN
from tests.notifications.sms.twilio_server import TwilioServer
from tests.visits.reminding import many_visits, rules
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
VISITS = 60
OFTEN = {"DUE_SCAN_SECONDS": "1", "SWEEP_SECONDS": "1"}
RUNS = 100


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where emails arrive."""
    server = MailServer()
    server.start()
    yield server
    server.hang_up()
    server.stop()


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    """Where texts arrive."""
    server = TwilioServer()
    yield server
    server.stop()


@pytest.fixture
def told(mail: MailServer, twilio: TwilioServer, settings: Settings) -> dict[str, str]:
    """The environment of processes that send to these two; nobody is asleep, here and there, whenever the test runs."""
    settings.REMINDER_POLICY = rules(quiet_hours="none")
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "SMS_BACKEND": "notifications.sms.twilio.Backend",
        "TWILIO_API_BASE": twilio.address,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
        "QUIET_HOURS": "none",
        **OFTEN,
    }


def now_due_visits(number: int) -> None:
    """So many visits in some hours, whose reminders have just become due."""
    many_visits(number, starts_at=timezone.now() + 6 * HOUR)
    Reminder.objects.update(due_at=timezone.now())


def let_leases_expire() -> None:
    """What the dead held is free, as after some minutes."""
    for message in Message.objects.filter(due_at__isnull=False):
        now_due(message, since=timedelta(minutes=1))


def nothing() -> None:
    """Leave all as it is."""


def all_sent(number: int) -> bool:
    """Whether so many messages are with their providers."""
    return Message.objects.filter(state="sent").count() == number


def test_two_beats_two_workers_and_a_person_send_each_reminder_once(
    mail: MailServer, twilio: TwilioServer, told: dict[str, str], tmp_path: Path
) -> None:
    told["DUE_SCAN_SECONDS"] = "0.1"
    now_due_visits(VISITS)

    with ExitStack() as stack:
        workers = [
            stack.enter_context(processes.worker(tmp_path / f"worker-{each}.log", service="visits", **told))
            for each in "ab"
        ]
        for each in "ab":
            stack.enter_context(processes.beat(tmp_path / f"beat-{each}.log", service="visits", **told))
        for _ in range(RUNS):
            remind_due.delay()
        person = subprocess.run(
            [sys.executable, "-m", "visits_service", "remind"],
            env=processes.environment(**told), cwd=processes.ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        processes.eventually(lambda: all_sent(2 * VISITS), why=workers[0].output)
        processes.eventually(lambda: celery.backlog(remind_due) == 0, why=workers[1].output)

    assert "reminders were due" in person.stdout
    assert sorted(twilio.numbers) == [f"+48601{each:06}" for each in range(VISITS)]
    assert len(mail.recipients) == len({to for [to] in mail.recipients}) == VISITS
    assert Message.objects.count() == 2 * VISITS


def test_a_worker_killed_between_claim_and_message_costs_no_reminder_and_doubles_none(
    twilio: TwilioServer, told: dict[str, str], tmp_path: Path
) -> None:
    now_due_visits(3)

    with processes.beat(tmp_path / "beat.log", service="visits", **told):
        with (
            nobody_may_write(Message) as stuck,
            processes.worker(tmp_path / "victim.log", service="visits", queues="reminders", **told) as victim,
        ):
            processes.eventually(stuck, why=victim.output)
            victim.kill()
        with processes.worker(tmp_path / "rescuer.log", service="visits", **told) as rescuer:
            processes.eventually(lambda: all_sent(6), why=rescuer.output)

    assert sorted(twilio.numbers) == [f"+48601{each:06}" for each in range(3)]
    assert Message.objects.count() == 6


def test_a_worker_killed_between_claim_and_send_costs_only_time(
    twilio: TwilioServer, told: dict[str, str], tmp_path: Path
) -> None:
    now_due_visits(1)
    twilio.behaviour = "lose"
    twilio.answering.clear()

    with processes.beat(tmp_path / "beat.log", service="visits", **told):
        with processes.worker(tmp_path / "victim.log", service="visits", **told) as victim:
            processes.eventually(lambda: twilio.taken, why=victim.output)
            victim.kill()
        twilio.behaviour = "accept"
        twilio.answering.set()
        let_leases_expire()
        with processes.worker(tmp_path / "rescuer.log", service="visits", **told) as rescuer:
            processes.eventually(lambda: all_sent(2), why=rescuer.output)

    text = Message.objects.get(channel="sms")
    assert twilio.numbers == ["+48601000000"]
    assert [attempt.outcome for attempt in text.history.all()] == ["unknown", "accepted"]


@pytest.mark.parametrize(
    ("meanwhile", "looked_up", "outcomes"),
    [(end_sessions_before_a_lock, 1, ["unknown", "accepted"]), (nothing, 0, ["accepted"])],
    ids=["and its record isn't written", "and PostgreSQL writes its record all the same"],
)
def test_a_worker_killed_between_the_providers_answer_and_its_record_sends_no_second_text(
    twilio: TwilioServer,
    told: dict[str, str],
    tmp_path: Path,
    meanwhile: Callable[[], None],
    looked_up: int,
    outcomes: list[str],
) -> None:
    now_due_visits(1)
    twilio.answering.clear()

    with processes.beat(tmp_path / "beat.log", service="visits", **told):
        with processes.worker(tmp_path / "victim.log", service="visits", **told) as victim:
            processes.eventually(lambda: twilio.numbers and all_sent(1), why=victim.output)  # the email
            with nobody_may_write(Message) as stuck:
                twilio.answering.set()
                processes.eventually(stuck, why=victim.output)
                victim.kill()
                meanwhile()
        let_leases_expire()
        with processes.worker(tmp_path / "rescuer.log", service="visits", **told) as rescuer:
            processes.eventually(lambda: all_sent(2), why=rescuer.output)

    text = Message.objects.get(channel="sms")
    assert twilio.numbers == ["+48601000000"]
    assert twilio.looked_up == looked_up
    assert [attempt.outcome for attempt in text.history.all()] == outcomes
