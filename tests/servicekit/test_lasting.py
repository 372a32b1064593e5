"""What waits for PostgreSQL's disk, and what needn't since it is made again if a crash undoes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from payments_service.webhooks.models import StripeEvent
from servicekit import claims
from tests import builders
from tests.stripe_events import events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = timedelta(minutes=1)


@pytest.fixture
def event_id() -> int:
    """A row that is due."""
    return builders.keep(events_of_a_payment()[0])


def waiting_for_disk() -> str:
    """Whether the next commit of this session waits: `on` or `off`."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (said,) = cursor.fetchone()
    return str(said)


def claimed(event_id: int) -> StripeEvent:
    """The row, taken."""
    event = claims.claim(StripeEvent, event_id, lease=LEASE)
    assert event
    return event


def test_a_claim_by_itself_does_not_wait_and_leaves_nothing_behind(event_id: int) -> None:
    with CaptureQueriesContext(connection) as statements:
        event = claimed(event_id)

    assert len(statements) == 1
    assert "set_config('synchronous_commit', 'off', true)" in statements[0]["sql"]
    assert (event.attempts, waiting_for_disk()) == (1, "on")


def test_a_claim_leaves_the_transaction_that_it_is_in_as_it_is(event_id: int) -> None:
    with transaction.atomic():
        claimed(event_id)
        within = waiting_for_disk()

    assert within == "on"


def test_an_outcome_waits_unless_its_work_may_be_done_again(event_id: int) -> None:
    event = claimed(event_id)

    with transaction.atomic():
        kept = claims.settle(event, due_at=claims.after(LEASE))
        lasting = waiting_for_disk()
        kept_too = claims.settle(event, lasting=False)
        passing = waiting_for_disk()

    assert (kept, lasting) == (True, "on")
    assert (kept_too, passing) == (True, "off")
    assert waiting_for_disk() == "on"


def test_a_lost_lease_changes_nothing_either_way(event_id: int) -> None:
    late = claimed(event_id)
    builders.hurry(StripeEvent.objects.all())
    claimed(event_id)

    settled = [claims.settle(late, lasting=lasting, state=StripeEvent.State.PROCESSED) for lasting in (True, False)]

    assert settled == [False, False]
    assert StripeEvent.objects.get(pk=event_id).state == "received"
