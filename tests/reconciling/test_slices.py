"""Beat's task compares in slices, one run at a time, rests when Stripe is away, and begins anew when it is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from payments_service.reconciling import slices, tasks, turns
from payments_service.reconciling.models import Arrival, Reconciliation, Run
from payments_service.webhooks.models import StripeEvent
from scripts.stripe_standin import StandIn
from tests.builders import hurry, keep
from tests.reconciling.builders import DAY, HOUR, a_lost_payment, lost_charges, reconcile, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_use(stripe: StandIn) -> None:
    """The clinic has had this system for a year."""
    (first, *_) = a_lost_payment(stripe, before=20 * DAY)
    keep(first)
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(days=365))


def go_on(*, seconds: float = 0) -> slices.Slice:
    """A slice of Beat's; unless told otherwise it is over after one page."""
    return slices.go_on(now=timezone.now(), seconds=seconds)


@pytest.mark.usefixtures("in_use")
def test_a_slice_ends_after_its_time_and_the_next_one_goes_on_behind_it(stripe: StandIn) -> None:
    lost_charges(stripe, count=250)

    done = [go_on() for _ in range(4)]

    assert [len(each.arrived) for each in done] == [100, 100, 50, 0]
    assert [each.more for each in done] == [True, True, True, False]
    run = Run.objects.get()
    assert (run.state, run.by, run.looked_at, run.brought_in) == ("done", "beat", 250, 250)


@pytest.mark.usefixtures("in_use")
def test_after_a_run_it_rests_until_the_next_one_is_due(stripe: StandIn, settings: Settings) -> None:
    settings.RECONCILE_SECONDS = 600.0
    go_on(seconds=5)
    asked = len(stripe.requests)

    too_early = go_on(seconds=5)

    assert too_early == slices.NOTHING
    assert len(stripe.requests) == asked
    wait = Reconciliation.objects.get().due_at
    assert wait is not None
    assert timedelta(seconds=590) < wait - timezone.now() <= timedelta(seconds=600)
    hurry(Reconciliation.objects.all())
    go_on(seconds=5)
    assert Run.objects.count() == 2


@pytest.mark.usefixtures("in_use")
def test_it_looks_back_as_far_as_it_is_set_and_leaves_alone_what_is_on_its_way(
    stripe: StandIn, settings: Settings
) -> None:
    settings.RECONCILE_DAYS = 2
    before = StripeEvent.objects.count()
    a_lost_payment(stripe, before=3 * DAY)
    young = a_lost_payment(stripe, before=DAY)
    a_lost_payment(stripe, before=timedelta(minutes=1))

    go_on(seconds=5)

    assert StripeEvent.objects.count() == before + 3
    assert set(Arrival.objects.values_list("event__stripe_id", flat=True)) == used(young)


def test_a_new_installation_takes_in_nothing_from_before_it(stripe: StandIn) -> None:
    a_lost_payment(stripe, before=HOUR)

    go_on(seconds=5)
    hurry(Reconciliation.objects.all())
    go_on(seconds=5)

    assert not StripeEvent.objects.exists()
    assert stripe.requests == []
    assert [run.since <= run.until for run in Run.objects.filter(state="done")] == [True]


def test_what_a_new_installation_never_got_is_found_from_its_beginning_on(stripe: StandIn) -> None:
    began = timezone.now() - HOUR
    slices.go_on(now=began, seconds=5)
    lost = a_lost_payment(stripe, before=timedelta(minutes=30))
    hurry(Reconciliation.objects.all())

    go_on(seconds=5)

    assert set(Arrival.objects.values_list("event__stripe_id", flat=True)) == used(lost)
    assert Run.objects.first() == Run.objects.get(since=began, until__gt=began)


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(
    ("options", "rests"), [((), True), (("--since", "400d"), True), (("--since", "1h"), False)], ids=str
)
def test_after_a_persons_run_beat_rests_unless_it_would_look_further(
    stripe: StandIn, settings: Settings, options: tuple[str, ...], rests: bool
) -> None:
    reconcile(*options)

    due = Reconciliation.objects.get().due_at

    assert due is not None
    assert (due - timezone.now() > timedelta(seconds=settings.RECONCILE_SECONDS - 60)) == rests
    assert stripe.requests


@pytest.mark.usefixtures("in_use")
def test_after_a_persons_run_beat_goes_on_at_once_with_its_own_that_is_not_finished(stripe: StandIn) -> None:
    now = timezone.now()
    Run.objects.create(by="beat", since=now - DAY, until=now, accounts=[""], started_at=now)

    reconcile()

    due = Reconciliation.objects.get().due_at
    assert due is not None
    assert due <= timezone.now()
    assert stripe.requests


@pytest.mark.usefixtures("in_use")
def test_a_stripe_that_is_away_is_left_alone_for_longer_each_time_and_at_least_as_long_as_it_asks(
    stripe: StandIn,
) -> None:
    lost_charges(stripe, count=150)
    stripe.fail(status=429, times=2, retry_after=1_000, well_before=2)

    first = go_on(seconds=5)
    rest = Reconciliation.objects.get()
    asked = len(stripe.requests)
    too_early = go_on(seconds=5)
    hurry(Reconciliation.objects.all())
    second = go_on(seconds=5)
    hurry(Reconciliation.objects.all())
    third = go_on(seconds=5)

    assert rest.due_at is not None
    assert (len(first.arrived), first.more, rest.last_error, rest.busy) == (100, False, "RateLimitError", False)
    assert rest.due_at - timezone.now() > timedelta(seconds=990)
    assert (too_early, second) == (slices.NOTHING, slices.NOTHING)
    assert len(third.arrived) == 50
    assert len(stripe.requests) > asked
    assert Run.objects.get().state == "done"
    assert Reconciliation.objects.get().failures == 0


@pytest.mark.usefixtures("in_use")
def test_while_one_is_at_work_nobody_else_is(stripe: StandIn) -> None:
    lost_charges(stripe, count=10)
    turn = turns.take()

    meanwhile = go_on(seconds=5)

    assert turn is not None
    assert meanwhile == slices.NOTHING
    assert turns.take(impatient=True) is None
    assert stripe.requests == []


@pytest.mark.usefixtures("in_use")
def test_who_stood_still_for_longer_than_the_lease_keeps_nothing(stripe: StandIn) -> None:
    slow = turns.take()
    assert slow is not None
    hurry(Reconciliation.objects.all())
    quick = turns.take()

    assert quick is not None
    assert not turns.keep(slow)
    assert turns.keep(quick)


@pytest.mark.usefixtures("in_use")
def test_beat_does_not_finish_what_a_person_began(stripe: StandIn) -> None:
    now = timezone.now()
    Run.objects.create(by="person", since=now - 400 * DAY, until=now, accounts=[""], started_at=now)
    old = a_lost_payment(stripe, before=10 * DAY)

    go_on(seconds=5)

    assert not StripeEvent.objects.filter(stripe_id__in=used(old)).exists()
    assert Run.objects.get(by="person").state == "open"


def test_without_a_key_nothing_is_asked_and_that_is_said_once(stripe: StandIn, settings: Settings) -> None:
    settings.STRIPE_API_KEY = ""
    tasks.say_once.cache_clear()

    with capture_logs() as logs:
        tasks.sweep_stripe()
        tasks.sweep_stripe()

    assert [(line["event"], line["log_level"]) for line in logs] == [("not_reconciling", "info")]
    assert stripe.requests == []
    assert not Reconciliation.objects.exists()
