"""The measuring process of `bench.deliveries`: python -m bench.visits.channel_rates MESSAGES.

The worker is Procfile's, with its defaults. First each channel alone; then with a provider of text messages that takes
ten seconds: emails and the due scan have to go on as if nothing were the matter.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from bench import figures
from bench.figures import Figure
from bench.visits import in_visits_service  # noqa: F401 - first, so that there are models to import
from notifications import outbox, tasks
from notifications.messages import Email, Message, Sms
from notifications.models import Channel, State
from notifications.models import Message as Row
from scripts import processes, stack, stopping
from servicekit.celery import nudge
from tests.notifications.mail_server import MailServer
from tests.notifications.sms.twilio_server import TwilioServer
from tests.visits.builders import a_patient, a_visit
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

LATENCY_SECONDS, STUCK_SECONDS, STUCK = 0.2, 10.0, 500
THREADS = 48
CEILING = THREADS / LATENCY_SECONDS
LEAST_OF_CEILING, MOST_WAIT_SECONDS = 100.0 / CEILING, 10.0
"""A hundred a second is promised of each channel, on Procfile's threads."""

PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.1


class SlowMail(MailServer):
    """A mail server that thinks about each message."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take it after a while."""
        await asyncio.sleep(LATENCY_SECONDS)
        return await super().handle_DATA(server, session, envelope)


def main(messages: int) -> int:
    """Measure, print, judge."""
    with worker_and_providers() as twilio:
        rates = {channel.upper(): rate(channel, messages, occasion="alone") for channel in Channel.values}
        twilio.latency = STUCK_SECONDS
        enqueue(Channel.SMS, STUCK, occasion="stuck")
        rates["EMAIL beside stuck SMS"] = rate(Channel.EMAIL, messages, occasion="beside")
        wait = seconds_until_written()
    return judged(rates, wait)


@contextmanager
def worker_and_providers() -> Iterator[TwilioServer]:
    """Procfile's worker, ready, and the providers that it talks to."""
    command = stack.procfile()["visits-worker"]
    with ExitStack() as started:
        directory = Path(started.enter_context(tempfile.TemporaryDirectory()))
        mail, twilio = SlowMail(), TwilioServer(latency=LATENCY_SECONDS)
        mail.start()
        started.callback(mail.stop)
        started.callback(twilio.stop)
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        places = {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "TWILIO_API_BASE": twilio.address, "PATH": path}
        log = directory / "worker.log"
        started.enter_context(processes.background(command, env={**os.environ, **places}, log=log))
        ready = command.count("--lane")
        processes.eventually(lambda: log.read_text().count("ready.") == ready, "the worker did not get ready")
        yield twilio


def rate(channel: str, messages: int, *, occasion: str) -> float:
    """Messages a second, from the first nudge until the last one is on record as sent.

    Looks only whether any is left, by an index: to count thousands ten times a second would take half a processor.
    """
    started = time.monotonic()
    ids = enqueue(channel, messages, occasion=occasion)
    left = Row.objects.filter(channel=channel, due_at__isnull=False)
    within(PATIENCE_SECONDS, lambda: not left.exists(), f"{channel}: {messages} messages weren't sent")
    seconds = time.monotonic() - started
    if (sent := Row.objects.filter(pk__in=ids, state=State.SENT).count()) != messages:
        raise processes.Trouble(f"{channel}: of {messages} messages {messages - sent} came to another end")
    return messages / seconds


def enqueue(channel: str, messages: int, *, occasion: str) -> list[int]:
    """Queue that many messages and nudge the worker, as the due scan does."""
    ids = outbox.enqueue_all(
        [message(channel, number, key=f"{occasion}:{channel}:{number}") for number in range(messages)]
    )
    tasks.nudge_messages({channel: ids})
    return ids


def message(channel: str, number: int, *, key: str) -> Message:
    """A short message to somebody of their own."""
    said: dict[str, Any] = {"text": "Your visit is tomorrow at 10:00.", "language": "en", "dedupe_key": key}
    if channel == Channel.SMS:
        return Sms(to=f"+48601{number:06}", **said)
    return Email(to=f"patient{number}@patients.example", subject="Your visit", **said)


def seconds_until_written() -> float:
    """How long a reminder that is due waits for its message, once the worker is nudged."""
    now = timezone.now()
    visit = a_visit(patient=a_patient(), at=now, starts_at=now + timedelta(hours=5))
    written = Reminder.objects.filter(visit=visit, state=Reminder.State.QUEUED)
    started = time.monotonic()
    nudge(remind_due)
    within(PATIENCE_SECONDS, lambda: written.count() == len(Channel.values), "the due scan didn't come")
    return time.monotonic() - started


def within(seconds: float, ask: Callable[[], bool], trouble: str) -> None:
    """Return once the answer is yes; raises Trouble when it wasn't in time."""
    end = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > end:
            raise processes.Trouble(f"{trouble} within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


def judged(rates: Mapping[str, float], wait: float) -> int:
    """The promises, and whether they hold. Threads that never waited for us would deliver `CEILING` a second."""
    of_ceiling = [
        Figure(
            f"deliveries of {name} a second / what {THREADS} threads could at most",
            value / CEILING,
            least=LEAST_OF_CEILING,
            said=f"{value:.0f} and {CEILING:.0f} a second, answers take 200 ms",
        )
        for name, value in rates.items()
    ]
    what = "a due reminder beside stuck SMS is written after"
    return figures.report([*of_ceiling, Figure(what, wait, most=MOST_WAIT_SECONDS, unit="s")])


if __name__ == "__main__":
    sys.exit(stopping.run(lambda: main(int(sys.argv[1]))))
