"""`reconcile`: what Stripe knows and was never delivered comes in through the inbox, and nothing is doubled."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from payments_service.reconciling.models import Arrival, Reconciliation, Run
from payments_service.webhooks.models import StripeEvent
from scripts.stripe_standin import StandIn
from tests.builders import keep
from tests.reconciling.builders import (
    DAY,
    HOUR,
    a_lost_payment,
    ago,
    deliver,
    lost_charges,
    reconcile,
    reconciled,
    used,
)
from tests.stripe_events import a_charge, a_thin_event, an_event

pytestmark = pytest.mark.django_db


def stored() -> set[str]:
    """Ids of the events in the inbox."""
    return set(StripeEvent.objects.values_list("stripe_id", flat=True))


def test_what_was_never_delivered_comes_in_beside_what_was(stripe: StandIn) -> None:
    delivered, lost = a_lost_payment(stripe, before=2 * HOUR), a_lost_payment(stripe)
    deliver(stripe, delivered)

    said = reconcile("--since", "7d")

    assert stored() == {event["id"] for event in delivered} | used(lost)
    assert "looked at 6: 3 known, 3 brought in." in said
    assert StripeEvent.objects.filter(stripe_id__in=used(lost), due_at__isnull=False).count() == 3


def test_a_second_run_finds_everything_known(stripe: StandIn) -> None:
    a_lost_payment(stripe)
    reconcile("--since", "7d")

    said = reconciled("--since", "7d")

    assert {name: said[name] for name in ("looked_at", "known", "brought_in", "failed_before")} == {
        "looked_at": 3,
        "known": 3,
        "brought_in": 0,
        "failed_before": 0,
    }
    assert Arrival.objects.count() == 3


def test_it_is_on_record_how_an_event_was_missed(stripe: StandIn) -> None:
    undelivered, lost_here = a_lost_payment(stripe, before=2 * HOUR), a_lost_payment(stripe)
    stripe.account.delivered |= {event["id"] for event in lost_here}

    reconcile("--since", "7d")

    how = dict(Arrival.objects.values_list("event__stripe_id", "how"))
    assert how == dict.fromkeys(used(undelivered), "undelivered") | dict.fromkeys(used(lost_here), "not_stored")


def test_an_event_that_failed_is_reported_and_left_alone(stripe: StandIn) -> None:
    (first, *_) = a_lost_payment(stripe)
    row = StripeEvent.objects.filter(pk=keep(first))
    row.update(state=StripeEvent.State.FAILED, due_at=None, attempts=3)

    said = reconcile("--since", "7d")

    assert "1 came in earlier and failed" in said
    assert row.values_list("state", "due_at", "attempts").get() == ("failed", None, 3)


def test_a_dry_run_shows_what_would_come_in_and_writes_nothing(stripe: StandIn) -> None:
    events = a_lost_payment(stripe)

    said = reconcile("--since", "7d", "--dry-run")

    (charge, *_) = [line for line in said.splitlines() if events[0]["id"] in line]
    assert charge.split()[0] == "charge.succeeded"
    assert "€120.00" in charge
    assert "Stripe could not deliver it" in charge
    assert "looked at 3: 0 known, 3 would come in." in said
    assert not any(model.objects.exists() for model in (StripeEvent, Run, Arrival, Reconciliation))


def test_machines_are_told_the_same(stripe: StandIn) -> None:
    events = a_lost_payment(stripe)

    said = reconciled("--since", "36h", "--dry-run")

    assert {each["id"] for each in said["missing"]} == used(events)
    assert {(each["amount"], each["currency"], each["how"]) for each in said["missing"]} == {
        (12_000, "eur", "undelivered")
    }


def test_nothing_older_than_asked_for_is_touched(stripe: StandIn) -> None:
    a_lost_payment(stripe, before=3 * DAY)
    young = a_lost_payment(stripe, before=DAY)

    reconcile("--since", "2d")

    assert stored() == used(young)


def test_who_paid_before_the_clinic_had_this_system_gets_no_receipt_unless_asked_for(stripe: StandIn) -> None:
    before = a_lost_payment(stripe, before=2 * DAY)
    first, later = a_lost_payment(stripe, before=DAY), a_lost_payment(stripe)
    keep(first[0])
    StripeEvent.objects.update(received_at=StripeEvent.objects.get().created)

    reconcile()
    unasked = stored()
    reconcile("--since", "7d")

    assert unasked == used([*first, *later])
    assert stored() == used([*before, *first, *later])


def test_stripe_is_asked_for_the_types_that_are_used_and_no_others(stripe: StandIn) -> None:
    a_lost_payment(stripe)

    reconcile("--since", "7d")

    assert "charge.updated" not in StripeEvent.objects.values_list("type", flat=True)
    assert "types" in stripe.requests[0]["params"]
    assert len(stripe.requests) == 2  # the list, and once more those that are marked as undelivered


def test_what_a_busy_stripe_refuses_at_first_comes_in_all_the_same(stripe: StandIn) -> None:
    events = a_lost_payment(stripe)
    stripe.fail(status=429, times=2, retry_after=0)

    said = reconciled("--since", "7d")

    assert said["brought_in"] == 3
    assert stored() == used(events)


def test_a_stripe_that_stays_down_ends_it_with_a_sentence_and_the_next_run_goes_on_there(stripe: StandIn) -> None:
    events = lost_charges(stripe, count=250)
    stripe.fail(status=500, times=20, well_before=2)  # a page, and what of it is undelivered

    with pytest.raises(CommandError, match=r"stripe_500.*goes on where it stopped"):
        reconcile("--since", "7d")
    kept = stored()
    stripe.recover()
    asked_before = len(stripe.requests)
    said = reconciled("--since", "7d")

    assert kept == {event["id"] for event in events[150:]}
    assert f"starting_after={events[150]['id']}" in stripe.requests[asked_before]["params"]
    assert stored() == {event["id"] for event in events}
    assert (said["looked_at"], said["brought_in"], said["stopped_by"]) == (250, 250, "")


def test_a_run_that_stopped_is_not_taken_up_for_more_than_is_asked_now(stripe: StandIn) -> None:
    old = a_lost_payment(stripe, before=5 * DAY)
    young = a_lost_payment(stripe)
    stripe.fail(status=500, times=20)
    with pytest.raises(CommandError):
        reconcile("--since", "7d")
    stripe.recover()

    reconcile("--since", "2d")

    assert stored() == used(young)
    assert not stored() & used(old)
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}


def test_a_place_that_stripe_has_forgotten_begins_its_list_anew(stripe: StandIn) -> None:
    events = lost_charges(stripe, count=150)
    stripe.fail(status=500, times=20, well_before=2)
    with pytest.raises(CommandError):
        reconcile("--since", "7d")
    stripe.recover()
    stripe.account.events.remove(events[50])

    said = reconciled("--since", "7d")

    assert stored() == {event["id"] for event in events}
    assert said["brought_in"] == 150


def test_without_a_key_it_says_what_to_set(settings: Settings) -> None:
    settings.STRIPE_API_KEY = ""

    with pytest.raises(CommandError, match="STRIPE_API_KEY is not set"):
        reconcile()


@pytest.mark.parametrize("since", ["yesterday", "7", "0d", "-1d", "2999-01-01", "2026-13-01"])
def test_a_beginning_that_is_none_is_refused_with_what_is_expected(stripe: StandIn, since: str) -> None:
    with pytest.raises(CommandError, match="such as 7d or 36h, or a day of the past"):
        reconcile(f"--since={since}")

    assert stripe.requests == []


def test_an_event_whose_thin_twin_was_delivered_is_known(stripe: StandIn) -> None:
    events = lost_charges(stripe, count=2)
    keep(a_thin_event(events[0]))

    said = reconciled("--since", "7d")

    assert (said["known"], said["brought_in"]) == (1, 1)
    assert events[1]["id"] in stored()


def test_what_happened_to_an_object_later_is_not_taken_for_its_thin_twin(stripe: StandIn) -> None:
    charge = a_charge()
    first, later = (an_event("charge.captured", charge, created=ago(before)) for before in (2 * HOUR, HOUR))
    stripe.account.publish([first, later])
    keep(a_thin_event(first))

    reconcile("--since", "7d")

    assert stored() >= {later["id"]}
    assert first["id"] not in stored()


@pytest.mark.parametrize("state", StripeEvent.UNFINISHED)
def test_failed_and_given_up_are_counted_alike(stripe: StandIn, state: str) -> None:
    StripeEvent.objects.filter(pk=keep(lost_charges(stripe, count=1)[0])).update(state=state, due_at=None)

    said = reconciled("--since", "7d")

    assert (said["failed_before"], said["known"], said["brought_in"]) == (1, 0, 0)
