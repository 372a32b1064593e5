"""A worker killed with SIGKILL in the middle of any stage costs time, and neither a receipt nor a number."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Movement, Payment
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event
from receipts.models import Receipt, Series
from servicekit import celery
from servicekit.claims import Claimable
from tests import processes
from tests.builders import a_receipt, hurry, post
from tests.locks import Stuck, nobody_may_write
from tests.notifications.mail_server import MailServer
from tests.standin import API_KEY
from tests.stripe_events import an_event, events_of_a_payment, refund_of

pytestmark = pytest.mark.django_db(transaction=True)
STAGES: tuple[type[Claimable], ...] = (StripeEvent, Payment, Movement, Receipt, Message)
Obstacles = list[tuple[str, Callable[[], AbstractContextManager[Stuck]]]]


@contextmanager
def a_stripe_that_never_answers(environment: dict[str, str]) -> Iterator[Stuck]:
    """A server that takes calls and is silent, for workers with this environment; tells whether somebody calls."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=pick_up, args=(server, calls), daemon=True).start()
        stripe = {"STRIPE_API_KEY": API_KEY, "STRIPE_API_BASE": f"http://127.0.0.1:{server.getsockname()[1]}"}
        environment.update(stripe)
        yield lambda: calls
        for name in stripe:
            del environment[name]
        server.shutdown(socket.SHUT_RDWR)


def pick_up(server: socket.socket, calls: list[socket.socket]) -> None:
    """Take every call and say nothing."""
    try:
        while True:
            calls.append(server.accept()[0])
    except OSError:
        for call in calls:
            call.close()


@contextmanager
def a_provider_that_hangs(mail: MailServer) -> Iterator[Stuck]:
    """A mail server that has the content and doesn't say so; tells whether it has."""
    mail.follow("hang")
    yield lambda: mail.taken


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.hang_up()
    server.stop()


def let_leases_expire() -> None:
    """What the dead held is free, as after a minute."""
    for model in STAGES:
        hurry(model._default_manager.all())


def victim_and_rows(victim: processes.Process, number: int) -> Callable[[], str]:
    """What to say when no worker came to an obstacle."""
    return lambda: f"nobody came to obstacle {number}:\n{victim.output()}\n{state()}"


def state() -> str:
    """Where each stage stands, for the reader of a failure."""
    rows = [
        f"{row!r} due {row.due_at} attempts {row.attempts}" for model in STAGES for row in model._default_manager.all()
    ]
    return "\n".join([f"now {timezone.now()}", *rows, f"nudges waiting for events: {celery.backlog(process_event)}"])


def in_a_lease() -> list[str]:
    """The kinds of rows that a worker has taken and not given back."""
    now = timezone.now()
    return [
        model.__name__ for model in STAGES if model._default_manager.filter(due_at__gt=now, attempts__gt=0).exists()
    ]


def with_a_row_in_hand(stuck: Stuck) -> Callable[[], bool]:
    """Whether somebody is stuck and has taken a row; a sweep may come to a lock before, with nothing in its hands."""
    return lambda: bool(stuck() and in_a_lease())


def test_a_payment_outlives_a_kill_in_each_of_its_stages(mail: MailServer, tmp_path: Path) -> None:
    told = {"RECEIPT_SETTLE_SECONDS": "0", "SWEEP_SECONDS": "1", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    obstacles: Obstacles = [
        ("StripeEvent", lambda: nobody_may_write(Payment)),
        ("Payment", lambda: a_stripe_that_never_answers(told)),
        ("Payment", lambda: nobody_may_write(Receipt)),
        ("Receipt", lambda: nobody_may_write(Message)),
        ("Message", lambda: a_provider_that_hangs(mail)),
    ]
    (_, succeeded, _, _) = events_of_a_payment(email="ada@example.com")
    succeeded["data"]["object"]["receipt_email"] = "ada@example.com"
    post(succeeded)

    held = killed_at_each(obstacles, told=told, logs=tmp_path)

    receipt, message = Receipt.objects.get(), Message.objects.get()
    assert held == [[kind] for kind, _ in obstacles]
    assert (StripeEvent.objects.get().state, Payment.objects.get().receipt_number) == ("processed", receipt.number)
    assert (receipt.sequence, Series.objects.get().last) == (1, 1)
    assert (message.about, message.possible_double) == (receipt.number, True)
    assert [attempt.outcome for attempt in message.history.all()] == ["unknown", "accepted"]
    assert len({letter["Message-ID"] for letter in mail.mails}) == 1


def killed_at_each(obstacles: Obstacles, *, told: dict[str, str], logs: Path) -> list[list[str]]:
    """Kill a worker at each obstacle, then let another one finish; which rows were held at each moment of death."""
    held = []
    with processes.beat(logs / "beat.log", **told):
        for number, (_, obstacle) in enumerate(obstacles):
            let_leases_expire()
            with obstacle() as stuck, processes.worker(logs / f"victim-{number}.log", **told) as victim:
                processes.eventually(with_a_row_in_hand(stuck), why=victim_and_rows(victim, number))
                victim.kill()
                held.append(in_a_lease())
        let_leases_expire()
        with processes.worker(logs / "rescuer.log", **told) as rescuer:
            processes.eventually(lambda: Message.objects.filter(state="sent").exists(), why=rescuer.output())
    return held


def test_a_refund_outlives_a_kill_in_each_of_its_stages(mail: MailServer, tmp_path: Path) -> None:
    told = {"SWEEP_SECONDS": "1", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    obstacles: Obstacles = [
        ("StripeEvent", lambda: nobody_may_write(Movement)),
        ("Movement", lambda: a_stripe_that_never_answers(told)),
        ("Movement", lambda: nobody_may_write(Receipt)),
        ("Receipt", lambda: nobody_may_write(Message)),
    ]
    paid = a_receipt(email="ada@example.com")
    Message.objects.all().delete()
    charge = {"id": Payment.objects.get().charge, "payment_intent": paid.reference, "currency": "eur"}
    post(an_event("refund.created", refund_of(charge, amount=5_000)))

    held = killed_at_each(obstacles, told=told, logs=tmp_path)

    movement, document = Movement.objects.get(), Receipt.objects.get(kind="refund")
    assert held == [[kind] for kind, _ in obstacles]
    assert (movement.document_number, document.amount, document.sequence) == (document.number, -5_000, 1)
    assert Series.objects.get(name=document.series).last == 1
    assert [message.about for message in Message.objects.all()] == [document.number]
    assert len(mail.mails) == 1


def test_a_worker_whose_child_is_killed_goes_on_and_finishes_when_the_lease_is_over(tmp_path: Path) -> None:
    told = {"RECEIPT_SETTLE_SECONDS": "0", "SWEEP_SECONDS": "1"}
    events = events_of_a_payment()

    with processes.beat(tmp_path / "beat.log", **told), processes.worker(tmp_path / "worker.log", **told) as worker:
        with nobody_may_write(Payment) as stuck:
            post(events[0])
            processes.eventually(with_a_row_in_hand(stuck), why=worker.output())
            kill_children_of(worker)
            held = in_a_lease()
        let_leases_expire()
        processes.eventually(lambda: Message.objects.filter(state="sent").exists(), why=worker.output())
        alive = worker.running.poll() is None

    assert held == ["StripeEvent"]
    assert alive
    assert (Receipt.objects.count(), Message.objects.count()) == (1, 1)
    assert StripeEvent.objects.get().attempts == 2


def kill_children_of(worker: processes.Process) -> None:
    """SIGKILL to the pool, as an out-of-memory killer does; the worker itself lives."""
    pid = worker.running.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
