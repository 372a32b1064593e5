"""The measuring process of `bench.lane_rates`: python -m bench.lanes_measured PAYMENTS."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import Task
from django.db import connection

from bench import in_payments_service  # noqa: F401 - first, so that there are models to import
from notifications.models import Message
from notifications.tasks import deliver_email
from payments_service.payments.models import Payment
from payments_service.receipting.tasks import issue_receipt, render_receipt
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event
from receipts.models import Receipt
from scripts import processes, stack, stopping
from scripts.stripe_standin import StandIn
from scripts.stripe_standin.replies import Answer, Call
from servicekit.celery import nudge_all
from servicekit.nudging import Nudge
from tests import builders
from tests.notifications.mail_server import MailServer
from tests.standin import API_KEY, let_stripe_know
from tests.stripe_events import events_of_a_payment

LATENCY_SECONDS, LOOK_SECONDS, PATIENCE_SECONDS = 0.2, 0.05, 300.0
TICKS = os.sysconf("SC_CLK_TCK")
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class SlowMail(MailServer):
    """A mail server that thinks about each letter."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take it after a while."""
        await asyncio.sleep(LATENCY_SECONDS)
        return await super().handle_DATA(server, session, envelope)


class SlowStripe(StandIn):
    """A Stripe that thinks about each call."""

    def answer(self, call: Call, *, raw: str) -> Answer:
        """Answer after a while."""
        time.sleep(LATENCY_SECONDS)
        return super().answer(call, raw=raw)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a lane did: so many a second, and for each so many milliseconds of processor time; what it held."""

    a_second: float
    cpu_ms: float
    megabytes: int
    connections: int


def main(payments: int) -> int:
    """Take payments through one lane after another, and print what each did."""
    mail = SlowMail()
    mail.start()
    with SlowStripe() as stripe:
        env = {
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": stripe.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        }
        print(f"{'lane':<12}{'a second':>10}{'CPU ms each':>13}{'MB':>6}{'connections':>13}")
        for lane, rate in rates(payments, stripe, env):
            print(f"{lane:<12}{rate.a_second:>10.0f}{rate.cpu_ms:>13.1f}{rate.megabytes:>6}{rate.connections:>13}")
    mail.stop()
    return 0


def rates(payments: int, stripe: StandIn, env: dict[str, str]) -> Iterator[tuple[str, Rate]]:
    """Each lane in the order of the journey, on what the one before has left."""
    for number in range(payments):
        events = events_of_a_payment(email=f"patient{number}@patients.example")
        let_stripe_know(stripe, events)
        for event in events:
            builders.keep(event)
    received = StripeEvent.objects.filter(state="received")
    yield "receiving", measured("receiving", process_event, "event_id", received, env)
    yield "issuing", measured("issuing", issue_receipt, "payment_id", Payment.objects.filter(receipt_number=""), env)
    yield "rendering", measured("rendering", render_receipt, "receipt_id", Receipt.objects.filter(pdf_key=""), env)
    yield "sending", measured("sending", deliver_email, "message_id", Message.objects.filter(state="queued"), env)


def measured(lane: str, task: Task[Any, Any], argument: str, waiting: Any, env: dict[str, str]) -> Rate:
    """Run one lane until nothing waits for it any more."""
    ids = list(waiting.values_list("pk", flat=True))
    if not ids:
        raise processes.Trouble(f"nothing waits for {lane}")
    with running(lane, env) as pids:
        used, started, most = cpu_seconds(pids), time.monotonic(), 0
        nudge_all(*(Nudge(task, {argument: pk}) for pk in ids))
        while waiting.exists():
            most = max(most, connections_of(lane))
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise processes.Trouble(f"{waiting.count()} still wait for {lane}")
            time.sleep(LOOK_SECONDS)
        took, cost = time.monotonic() - started, cpu_seconds(pids) - used
        return Rate(len(ids) / took, cost / len(ids) * 1000, megabytes(pids), most)


@contextmanager
def running(lane: str, env: dict[str, str]) -> Iterator[list[int]]:
    """Procfile's worker with that lane alone, ready; the ids of its processes."""
    with tempfile.TemporaryDirectory() as folder:
        log, told = Path(folder) / "log", {**os.environ, **env, "WORKER_LANES": lane, "LOG_LEVEL": "INFO"}
        with processes.background(stack.procfile()["payments-worker"], env=told, log=log) as worker:
            processes.eventually(ready(log), f"{lane} didn't get ready")
            yield family(worker.pid)


def ready(log: Path) -> Callable[[], bool]:
    """Whether a worker's log says so."""
    return lambda: "ready." in log.read_text()


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def cpu_seconds(pids: Sequence[int]) -> float:
    """Seconds of processor time that these have used together, see proc(5)."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS


def megabytes(pids: Sequence[int]) -> int:
    """Memory of all of them, what they share counted once."""
    return sum(int(PSS.findall(Path(f"/proc/{pid}/smaps_rollup").read_text())[0]) for pid in pids) // 1024


def connections_of(lane: str) -> int:
    """How many connections to PostgreSQL the lane has open now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [f"payments-{lane}"])
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(stopping.run(lambda: main(int(sys.argv[1]))))
