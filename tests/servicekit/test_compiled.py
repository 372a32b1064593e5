"""Statements that are built once: those that look alike and aren't, and those that must not be kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from payments_service.webhooks.models import StripeEvent
from servicekit import claims, compiled
from servicekit.compiled import Look, Slot
from tests import builders
from tests.stripe_events import events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = timedelta(minutes=1)
LATER = datetime(2027, 3, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """What this thread keeps, from nothing."""
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(compiled._statements, "kept", kept)
    return kept


@pytest.fixture
def event() -> StripeEvent:
    """A row that is ours."""
    event = claims.claim(StripeEvent, builders.keep(events_of_a_payment()[0]), lease=LEASE)
    assert event
    return event


def due_at(event: StripeEvent) -> datetime | None:
    """What the row says now."""
    return StripeEvent.objects.get(pk=event.pk).due_at


def test_an_outcome_at_an_instant_now_or_never_is_three_statements(
    event: StripeEvent, forgotten: dict[Any, Any]
) -> None:
    before, found = len(forgotten), []

    for instant in (LATER, Now(), None):
        assert claims.settle(event, due_at=instant)
        found.append(due_at(event))

    assert found[0] == LATER
    assert found[1] is not None
    assert abs(found[1] - datetime.now(UTC)) < LEASE
    assert found[2] is None
    assert len(forgotten) == before + 3


def test_waits_that_differ_are_not_kept(event: StripeEvent, forgotten: dict[Any, Any]) -> None:
    before = len(forgotten)

    for seconds in range(3):
        assert claims.postpone(event, error="connection_lost", wait=timedelta(seconds=60 + seconds))

    assert len(forgotten) == before
    found = due_at(event)
    assert found
    assert found > datetime.now(UTC) + timedelta(seconds=50)


def test_a_look_asks_anew_each_time(event: StripeEvent) -> None:
    look = Look(StripeEvent.objects.filter(pk=Slot("pk")))

    there, not_there, there_again = look.run(pk=event.pk), look.run(pk=event.pk + 1), look.run(pk=event.pk)

    assert (there, not_there, there_again) == (True, False, True)
