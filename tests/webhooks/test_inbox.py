"""The one statement that Stripe waits for: it writes the whole row, and survives a connection that has died."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from payments_service.webhooks import inbox
from payments_service.webhooks.models import StripeEvent
from tests.builders import keep, post
from tests.stripe_events import a_charge, an_event

pytestmark = pytest.mark.django_db(transaction=True)


def end_all_connections() -> None:
    """What a restart of PostgreSQL does to the connections that were kept open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def test_the_written_out_insert_leaves_the_row_that_the_model_would() -> None:
    by_insert = StripeEvent.objects.get(pk=keep(an_event("charge.succeeded", a_charge())))
    by_model = StripeEvent(received_at=timezone.now())

    assert (by_insert.state, by_insert.processed_at) == (by_model.state, by_model.processed_at)
    assert by_insert.purged_at is by_model.purged_at is None
    assert (by_insert.attempts, by_insert.last_error) == (by_model.attempts, by_model.last_error)
    assert by_insert.due_at is not None
    assert abs(by_insert.due_at - by_insert.received_at).total_seconds() < 5
    columns = {field.column for field in StripeEvent._meta.concrete_fields}
    written = set(inbox.INSERT.replace(",", " ").replace("(", " ").replace(")", " ").split())
    assert columns - written == {"processed_at", "purged_at"}


def test_a_connection_that_died_while_it_was_kept_open_costs_stripe_nothing() -> None:
    keep(an_event("charge.succeeded", a_charge()))
    ending = threading.Thread(target=end_all_connections)
    ending.start()
    ending.join()

    response = post(an_event("charge.succeeded", a_charge()))

    assert response.status_code == 200
    assert StripeEvent.objects.count() == 2
