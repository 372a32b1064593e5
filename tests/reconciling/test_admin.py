"""The front desk and a monitor see which events came in by reconciliation, and how far each run came."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from payments_service.reconciling.models import Arrival, Run
from scripts.stripe_standin import StandIn
from tests.reconciling.builders import a_lost_payment, reconcile

pytestmark = pytest.mark.django_db
ARRIVALS, RUNS = "/admin/reconciling/arrival/", "/admin/reconciling/run/"


@pytest.fixture
def front_desk() -> Client:
    """A browser with somebody of the staff signed in, over https."""
    User.objects.create_superuser("desk", password="visibly-fake")
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.login(username="desk", password="visibly-fake")
    return browser


def test_an_event_that_a_run_brought_in_is_listed_with_how_it_was_missed(stripe: StandIn, front_desk: Client) -> None:
    events = a_lost_payment(stripe)
    reconcile("--since", "7d")

    listed = front_desk.get(ARRIVALS, {"q": events[0]["id"]}).content.decode()
    shown = front_desk.get(f"{ARRIVALS}{Arrival.objects.earliest('pk').pk}/change/")

    assert events[0]["id"] in listed
    assert "Stripe could not deliver it" in listed
    assert "1 arrival" in listed
    assert shown.status_code == 200


def test_a_monitor_sees_how_many_events_the_webhook_has_missed(stripe: StandIn, client: Client) -> None:
    a_lost_payment(stripe)
    reconcile("--since", "7d")

    measured = client.get("/metrics", secure=True).content.decode()

    assert 'stripe_events_missed_recent{how="undelivered"} 3.0' in measured
    assert 'stripe_events_missed_recent{how="not_stored"} 0.0' in measured


def test_each_run_says_how_far_it_has_come_and_nobody_changes_it(stripe: StandIn, front_desk: Client) -> None:
    a_lost_payment(stripe)
    reconcile("--since", "7d")

    listed = front_desk.get(RUNS).content.decode()
    shown = front_desk.get(f"{RUNS}{Run.objects.get().pk}/change/").content.decode()

    assert '<td class="field-brought_in">3</td>' in listed
    assert 'name="_save"' not in shown
    assert front_desk.get(f"{RUNS}add/").status_code == 403
