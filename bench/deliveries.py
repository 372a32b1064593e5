"""Messages that one visits-worker delivers in a second, when every provider takes 200 ms to answer.

Run: python -m bench.deliveries [--messages 3000]

The worker is Procfile's, with its defaults, on the PostgreSQL and the Redis that come with pip; Twilio and the mail
server are played on loopback. First each channel alone; then with a provider of text messages that takes ten seconds:
emails and the due scan have to go on as if nothing were the matter. Exit code 1 when a promise is missed: 100 messages
a second on each channel, emails no slower than that beside a stuck provider, a due reminder written within ten seconds.
"""

from __future__ import annotations

import argparse
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

import django
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.messages import Email, Message, Sms
from scripts import embedded, processes, stack
from tests.notifications.mail_server import MailServer
from tests.notifications.sms.twilio_server import TwilioServer

LATENCY_SECONDS, STUCK_SECONDS = 0.2, 10.0
LEAST_RATE, MOST_WAIT_SECONDS = 100.0, 10.0
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.1
LANES = 3


class SlowMail(MailServer):
    """A mail server that thinks about each message."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take it after a while."""
        await asyncio.sleep(LATENCY_SECONDS)
        return await super().handle_DATA(server, session, envelope)


def main() -> int:
    """Measure, print the table, judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=3000, help="messages of each channel")
    messages: int = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as directory, the_clinic(Path(directory)) as twilio:
        rates = {f"{channel} alone": rate(channel, messages) for channel in ("sms", "email")}
        twilio.latency = STUCK_SECONDS
        enqueue("sms", 500, prefix="stuck")
        rates["email beside a stuck provider of SMS"] = rate("email", messages, prefix="beside")
        wait = seconds_until_written()
    return judged(rates, wait)


@contextmanager
def the_clinic(directory: Path) -> Iterator[TwilioServer]:
    """Database, broker, providers and the worker, all up; Django in this process, on the same database."""
    with ExitStack() as started:
        database = started.enter_context(embedded.postgresql_url(directory / "postgresql"))
        redis = started.enter_context(embedded.redis_server(directory / "redis"))
        mail, twilio = SlowMail(), TwilioServer(latency=LATENCY_SECONDS)
        mail.start()
        started.callback(mail.stop)
        started.callback(twilio.stop)
        env = settings(database, redis.url, mail=f"smtp://127.0.0.1:{mail.port}", twilio=twilio.address)
        processes.run_command("visits_service", "migrate", "--verbosity", "0", env=env)
        os.environ.update(env)
        django.setup()
        log = directory / "worker.log"
        started.enter_context(processes.background(stack.procfile()["visits-worker"], env=env, log=log))
        processes.eventually(lambda: log.read_text().count("ready.") == LANES, "the worker did not get ready")
        yield twilio


def settings(database: str, redis: str, *, mail: str, twilio: str) -> Mapping[str, str]:
    """A production environment, visibly fake."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "visits_service.config.settings",
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "SECRET_KEY": "bench-only-" * 6,
        "PUBLIC_URL": "https://visits.clinic.example",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "EMAIL_URL": mail,
        "DEFAULT_FROM_EMAIL": "visits@clinic.example",
        "CLINIC_NAME": "Bench",
        "QUIET_HOURS": "none",
        "SMS_BACKEND": "notifications.sms.twilio.Backend",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "visibly-fake",
        "TWILIO_FROM": "+15005550006",
        "TWILIO_API_BASE": twilio,
        "LOG_LEVEL": "WARNING",
    }


def rate(channel: str, messages: int, *, prefix: str = "alone") -> float:
    """Messages a second, from the first nudge until the last one is on record as sent."""
    started = time.monotonic()
    ids = enqueue(channel, messages, prefix=prefix)
    within(PATIENCE_SECONDS, lambda: unsent(ids) == 0, f"{channel}: {messages} messages weren't sent")
    return messages / (time.monotonic() - started)


def enqueue(channel: str, messages: int, *, prefix: str) -> list[int]:
    """Queue that many messages and nudge the worker, as the due scan does."""
    from notifications import outbox, tasks

    queued = [message(channel, number, key=f"{prefix}:{channel}:{number}") for number in range(messages)]
    ids = outbox.enqueue_all(queued)
    tasks.nudge_messages({channel: ids})
    return ids


def message(channel: str, number: int, *, key: str) -> Message:
    """A short message to somebody of their own."""
    said: dict[str, Any] = {"text": "Your visit is tomorrow at 10:00.", "language": "en", "dedupe_key": key}
    if channel == "sms":
        return Sms(to=f"+48601{number:06}", **said)
    return Email(to=f"patient{number}@patients.example", subject="Your visit", **said)


def unsent(ids: list[int]) -> int:
    """How many of these are still queued."""
    from notifications.models import Message, State

    return Message.objects.filter(pk__gte=ids[0], pk__lte=ids[-1], state=State.QUEUED, pk__in=ids).count()


def seconds_until_written() -> float:
    """How long a reminder that is due waits for its message, once the worker is nudged."""
    from django.utils import timezone

    from servicekit.celery import nudge
    from tests.visits.builders import a_patient, a_visit
    from visits_service.reminders import tasks
    from visits_service.reminders.models import Reminder

    now = timezone.now()
    visit = a_visit(patient=a_patient(), at=now, starts_at=now + timedelta(hours=5))
    written = Reminder.objects.filter(visit=visit, state=Reminder.State.QUEUED)
    started = time.monotonic()
    nudge(tasks.remind_due)
    within(PATIENCE_SECONDS, lambda: written.count() == 2, "the due scan didn't come")
    return time.monotonic() - started


def within(seconds: float, ask: Callable[[], bool], trouble: str) -> None:
    """Return once the answer is yes; raises Trouble when it wasn't in time."""
    end = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > end:
            raise processes.Trouble(f"{trouble} within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


def judged(rates: Mapping[str, float], wait: float) -> int:
    """The table, and whether the promises hold."""
    print(f"{'one visits-worker, providers answer in 200 ms':<48}{'messages a second':>18}")
    for name, value in rates.items():
        print(f"{name:<48}{value:>18.0f}")
    print(f"{'a due reminder is written, beside that provider':<48}{wait:>16.1f} s")
    kept = min(rates.values()) >= LEAST_RATE and wait <= MOST_WAIT_SECONDS
    promise = f"at least {LEAST_RATE:.0f} a second each, the due scan within {MOST_WAIT_SECONDS:.0f} s"
    print(f"{promise}: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
