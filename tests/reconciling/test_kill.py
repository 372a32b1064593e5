"""The command is killed in the middle, or run twice at once: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payments_service.reconciling.models import Arrival, Reconciliation, Run
from payments_service.webhooks.models import StripeEvent
from scripts.stripe_standin import StandIn
from tests import processes
from tests.builders import hurry
from tests.processes import Process, eventually
from tests.reconciling.builders import lost_charges
from tests.standin import API_KEY
from tests.stripe_events import Payload

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 350


def command(stripe: StandIn, log: Path) -> Process:
    """`reconcile` as a process of its own."""
    env = processes.environment(STRIPE_API_KEY=API_KEY, STRIPE_API_BASE=stripe.url)
    return Process("payments_service", "reconcile", "--since", "7d", "--json", env=env, log=log)


def ended(process: Process) -> int:
    """Its exit code."""
    return process.running.wait(120)


def said(process: Process) -> dict[str, int]:
    """The JSON at the end of what it printed."""
    printed = process.output()
    counts: dict[str, int] = json.JSONDecoder().raw_decode(printed[printed.index("{\n") :])[0]
    return counts


def looked_at() -> int:
    """How far the run has come."""
    return sum(Run.objects.values_list("looked_at", flat=True))


def all_are_there_once(events: list[Payload]) -> bool:
    """Whether the inbox has exactly these, each by one arrival."""
    wanted = {event["id"] for event in events}
    stored = list(StripeEvent.objects.values_list("stripe_id", flat=True))
    return set(stored) == wanted and len(stored) == Arrival.objects.count() == len(events)


def test_a_killed_run_goes_on_where_it_was(stripe: StandIn, tmp_path: Path) -> None:
    events = lost_charges(stripe, count=MANY)
    stripe.fail(status=429, retry_after=9, well_before=2)  # it is told to wait before its second page
    victim = command(stripe, tmp_path / "victim.log")
    eventually(looked_at, why=victim.output)
    victim.kill()
    seen, place = looked_at(), Run.objects.get().after
    hurry(Reconciliation.objects.all())
    asked_before = len(stripe.requests)

    rescuer = command(stripe, tmp_path / "rescuer.log")

    assert ended(rescuer) == 0, rescuer.output()
    assert seen == 100
    assert f"starting_after={place}" in stripe.requests[asked_before]["params"]
    assert all_are_there_once(events)
    assert said(rescuer)["brought_in"] == said(rescuer)["looked_at"] == MANY


def test_two_at_once_bring_everything_in_once(stripe: StandIn, tmp_path: Path) -> None:
    events = lost_charges(stripe, count=MANY)

    both = [command(stripe, tmp_path / f"{number}.log") for number in range(2)]
    codes = [ended(each) for each in both]

    assert codes == [0, 0], [each.output() for each in both]
    assert all_are_there_once(events)
    assert sorted(said(each)["brought_in"] for each in both) == [0, MANY]
