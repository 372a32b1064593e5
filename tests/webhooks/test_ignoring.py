"""Events that mean nothing to us: kept, nudged about by nobody, settled many at a time."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payments_service.webhooks import ignoring
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event, sweep_events
from servicekit import celery
from tests import builders
from tests.privacy.treated import VISIT, a_treated_patient, erase
from tests.stripe_events import Payload, a_charge, an_event, by_type

pytestmark = pytest.mark.django_db(transaction=True)


def untold(**charge: object) -> Payload:
    """An event of a type that no handler knows."""
    return an_event("charge.updated", a_charge() | charge)


def sweep() -> int:
    """What Beat has done every few seconds."""
    return ignoring.sweep(now=timezone.now())


def row(event: Payload) -> StripeEvent:
    """The row that an event was kept in."""
    return StripeEvent.objects.get(stripe_id=event["id"])


@pytest.mark.parametrize(
    ("kind", "nudges"),
    [("charge.updated", 0), ("invoice.paid", 0), ("charge.succeeded", 1), ("v1.charge.succeeded", 1)],
)
def test_only_what_means_something_wakes_a_worker(kind: str, nudges: int) -> None:
    before = celery.backlog(process_event)

    builders.post(an_event(kind, a_charge()))

    assert celery.backlog(process_event) - before == nudges


def test_all_that_have_come_in_are_settled_and_others_are_left_alone() -> None:
    ignored, known = [untold() for _ in range(3)], an_event("charge.succeeded", a_charge())
    for event in (*ignored, known):
        builders.keep(event)

    settled = sweep()

    assert settled == 3
    assert [(row(event).state, row(event).due_at) for event in ignored] == [("ignored", None)] * 3
    assert all(row(event).processed_at and row(event).body for event in ignored)
    assert (row(known).state, row(known).due_at is None) == ("received", False)
    assert sweep() == 0


def test_many_cost_no_more_statements_than_one() -> None:
    counted = []
    for number in (1, 40):
        for _ in range(number):
            builders.keep(untold())
        with CaptureQueriesContext(connection) as statements:
            sweep()
        counted.append(len(statements))

    assert counted[0] == counted[1] <= 6


def test_more_than_one_transaction_takes_are_settled_in_one_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignoring, "AT_ONCE", 2)
    for _ in range(5):
        builders.keep(untold())

    assert sweep() == 5


def test_what_is_about_somebody_who_was_erased_loses_its_text_and_the_rest_keeps_it() -> None:
    events, _ = a_treated_patient()
    erase(visit=VISIT)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    theirs, other = untold(id=charge["id"], payment_intent=charge["payment_intent"]), untold()
    for event in (theirs, other):
        builders.keep(event)

    sweep()

    assert (row(theirs).state, bool(row(theirs).purged_at)) == ("ignored", True)
    assert charge["billing_details"]["email"] not in row(theirs).body
    assert (row(other).state, row(other).purged_at) == ("ignored", None)


@pytest.mark.parametrize("data", [[], "text", {"object": "ch_1"}, {"object": ["ch_1"]}, {}])
def test_one_in_a_form_that_nobody_expects_holds_up_no_other(data: object) -> None:
    strange, plain = untold() | {"data": data}, untold()
    for event in (strange, plain):
        builders.keep(event)

    sweep()

    assert {row(strange).state, row(plain).state} == {"ignored"}


@pytest.mark.parametrize("name", ["ch_\0", "ch_\ud800", ""])
def test_a_name_that_no_column_holds_is_nobodys(name: str) -> None:
    strange = untold(id=name, payment_intent=name)
    builders.keep(strange)

    sweep()

    assert row(strange).state == "ignored"


def test_what_it_stumbles_over_keeps_no_event_from_being_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.keep(an_event("charge.succeeded", a_charge()))
    builders.hurry(StripeEvent.objects.all())
    before = celery.backlog(process_event)

    def stumble(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ignoring, "sweep", stumble)
    with pytest.raises(ZeroDivisionError):
        sweep_events()

    assert celery.backlog(process_event) - before == 1


def test_what_another_process_has_in_hand_is_left_to_it() -> None:
    held, free = untold(), untold()
    for event in (held, free):
        builders.keep(event)
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM webhooks_stripeevent WHERE stripe_id = %s FOR UPDATE", [held["id"]])
            settled = sweep()
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert (settled, row(held).state, row(free).state) == (1, "received", "ignored")
