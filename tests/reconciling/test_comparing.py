"""A page of Stripe's lists adds up: each object is known, had failed before, or is missing once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from payments_service.payments.stripe_api import OTHER_SHAPE
from payments_service.reconciling import comparing, made_up
from payments_service.reconciling.models import Arrival
from payments_service.webhooks.diagnosis import Refused
from payments_service.webhooks.models import StripeEvent
from tests import builders, spoiling
from tests.spoiling import often
from tests.stripe_events import a_charge, a_dispute, a_refund, an_event

STATES = st.sampled_from([None, *StripeEvent.State.values])
OBJECTS = [a_charge(), a_refund(), a_dispute()]


@pytest.mark.django_db
@often(0.2)
@given(states=st.lists(STATES, max_size=6))
def test_what_is_looked_at_is_known_or_failed_or_missing(states: list[str | None]) -> None:
    events = [an_event("charge.succeeded", a_charge()) for _ in states]
    for event, state in zip(events, states, strict=True):
        if state:
            StripeEvent.objects.filter(pk=builders.keep(event)).update(state=state)

    found = comparing.by_id(events, how=Arrival.How.NOT_STORED)

    failed = [state in StripeEvent.UNFINISHED for state in states if state]
    assert (found.known, found.failed_before) == (failed.count(False), failed.count(True))
    assert [each.event.stripe_id for each in found.missing] == [
        event["id"] for event, state in zip(events, states, strict=True) if not state
    ]


@given(obj=st.sampled_from(OBJECTS).flatmap(spoiling.documents))
def test_any_object_of_a_list_becomes_an_event_as_it_was_delivered_or_is_none_of_stripes(obj: Any) -> None:
    now = timezone.now()
    try:
        event = made_up.from_object(obj, account="", livemode=False, api_version="2026-01-01", now=now)
        missing = comparing.missed(event, how=Arrival.How.OLDER)
    except (*OTHER_SHAPE, Refused):
        return

    assert missing.event.stripe_id.startswith(made_up.PREFIX)
    assert missing.about == obj["id"]
    assert missing.made_at == obj["created"]
