"""The worker of payments as Procfile has it: who waits holds nobody up, lanes run alone, a stop ends what began."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection

from notifications.models import Message
from notifications.tasks import deliver_email
from payments_service.payments.models import Payment
from payments_service.receipting.tasks import issue_receipt, render_receipt
from receipts.models import Receipt
from servicekit import celery, lanes, pooling
from tests import builders, processes, shape
from tests.notifications.mail_server import MailServer
from tests.standin import API_KEY
from tests.stripe_events import events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
PAYMENTS = 12


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.hang_up()
    server.stop()


@contextmanager
def a_silent_stripe() -> Iterator[tuple[dict[str, str], list[socket.socket]]]:
    """The environment that leads to a server which takes calls and says nothing, and who has called so far."""
    calls: list[socket.socket] = []

    def pick_up() -> None:
        while True:
            try:
                calls.append(server.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=pick_up, daemon=True).start()
        yield {"STRIPE_API_KEY": API_KEY, "STRIPE_API_BASE": f"http://127.0.0.1:{server.getsockname()[1]}"}, calls
        server.shutdown(socket.SHUT_RDWR)
    for call in calls:
        call.close()


def connections_of(lane: str) -> int:
    """How many connections to PostgreSQL a lane holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [f"payments-{lane}"])
        return int(cursor.fetchone()[0])


def test_a_stripe_that_hangs_holds_up_no_other_lane_and_few_connections(mail: MailServer, tmp_path: Path) -> None:
    builders.a_receipt(email="ada@example.com")
    for _ in range(PAYMENTS):
        builders.post(events_of_a_payment()[1])

    with a_silent_stripe() as (stripe, calls):
        env = {**stripe, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "SWEEP_SECONDS": "1"}
        with processes.beat(tmp_path / "beat.log", **env), processes.lanes(tmp_path / "worker.log", **env) as worker:
            processes.eventually(lambda: len(calls) >= PAYMENTS, why=worker.output)
            held = connections_of("issuing")
            processes.eventually(lambda: mail.mails, why=worker.output)
            worker.running.terminate()
            code = worker.running.wait()

    assert Payment.objects.count() == PAYMENTS + 1
    assert held <= pooling.A_FEW < PAYMENTS
    assert code == 0


def test_a_lane_alone_does_its_own_work_and_what_an_older_release_left_on_its_queue(tmp_path: Path) -> None:
    issued = builders.issue(builders.a_payment(email="ada@example.com"))
    paid = builders.a_payment()
    builders.hurry(Payment.objects.filter(pk=paid.pk))
    assert issued is not None

    with processes.lanes(tmp_path / "worker.log", WORKER_LANES="rendering") as worker:
        celery.nudge(render_receipt, receipt_id=issued.pk)
        issue_receipt.apply_async(kwargs={"payment_id": paid.pk}, queue="payments.receipts")
        processes.eventually(lambda: Message.objects.exists() and Receipt.objects.count() == 2, why=worker.output)
        ready = worker.output().count("ready.")

    assert ready == 1
    assert Receipt.objects.get(pk=issued.pk).pdf_key
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_a_worker_that_is_asked_to_stop_finishes_the_letter_in_its_hands(mail: MailServer, tmp_path: Path) -> None:
    mail.follow("take its time")
    builders.a_receipt(email="ada@example.com")
    told = {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "WORKER_LANES": "sending"}

    with processes.lanes(tmp_path / "worker.log", **told) as worker:
        celery.nudge(deliver_email, message_id=Message.objects.get().pk)
        processes.eventually(lambda: mail.taken, why=worker.output)
        worker.running.send_signal(signal.SIGTERM)
        code = worker.running.wait()

    message = Message.objects.get()
    assert code == 0
    assert (message.state, message.possible_double, len(mail.mails)) == ("sent", False, 1)


def test_what_begins_work_gives_way_to_what_ends_it(tmp_path: Path) -> None:
    with processes.lanes(tmp_path / "worker.log") as worker:
        pid = worker.running.pid
        children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        nice = {lane.name: child for lane, child in zip(shape.lanes_of("payments-worker"), children, strict=True)}
        nice = {name: os.getpriority(os.PRIO_PROCESS, child) for name, child in nice.items()}

    usual = os.getpriority(os.PRIO_PROCESS, 0)
    assert nice == {
        "receiving": usual + lanes.GIVES_WAY,
        "issuing": usual + lanes.GIVES_WAY,
        "rendering": usual,
        "sending": usual,
        "sweeping": usual,
    }


def test_a_lane_that_nobody_knows_is_refused_with_those_there_are() -> None:
    app = ("payments_service.config.celery_app", "--service", "payments", "--lane", "rendering=receipts:prefork:2")
    env = {**os.environ, "WORKER_LANES": "rendering,printing"}

    command = [sys.executable, "-m", "servicekit.lanes", *app, "--lane", "sending=messages:threads:2"]
    refused = subprocess.run(command, env=env, cwd=processes.ROOT, capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert "there is no lane printing; there are rendering, sending" in refused.stderr
