"""A patient whose visit was paid for, with a marker wherever a person can be named; and where the marker still is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from payments_service.payments.models import Checkout, Payment
from payments_service.receipting import sending
from payments_service.replaying.models import Replay
from privacy import purging, record
from privacy.models import Purge
from privacy.record import Order
from privacy.service import Erased
from receipts.models import Receipt
from tests import builders
from tests.stripe_events import Payload, events_of_a_payment

MARKER = "zzyzx"
EMAIL = f"ada.{MARKER}@patient.example"
VISIT = f"visit-{MARKER}"


def a_checkout(visit_id: str = VISIT, *, name: str = f"Ada {MARKER}", email: str = EMAIL) -> Checkout:
    """A checkout that the booking system opened for a patient."""
    return Checkout.objects.create(
        reference=f"chk_{visit_id.removesuffix(MARKER)}",
        visit_id=visit_id,
        currency="eur",
        lines=[{"description": f"{MARKER} therapy", "quantity": 1, "unit_amount": 12000, "tax_rate": "8"}],
        patient_name=name,
        patient_email=email,
        locale="pl",
        service={"date": "2026-11-20", "practitioner": f"Dr. {MARKER}", "code": f"{MARKER}-1"},
        success_url=f"https://clinic.example/{MARKER}",
        cancel_url="https://clinic.example/visits",
        request_digest="",
        created_at=timezone.now(),
    )


def events_for(checkout: Checkout, **about: Any) -> list[Payload]:
    """What Stripe says when it was paid, by somebody with the marker in their name."""
    said = {"name": f"Payer {MARKER}", "email": f"payer.{MARKER}@example.com"} | about
    return events_of_a_payment(metadata={"checkout": checkout.reference}, **said)


def a_treated_patient(checkout: Checkout | None = None) -> tuple[list[Payload], Receipt]:
    """A paid visit: its events, and its receipt, which was rendered and sent."""
    events = events_for(checkout or a_checkout())
    builders.take_in(events)
    return events, builders.finish(builders.payment_of(events))


def noted(receipt: Receipt) -> None:
    """What staff write down: that it was sent again, and why."""
    message = sending.send_again(receipt.number, to="", occasion="again")
    Replay.objects.create(
        at=timezone.now(),
        door="command",
        reason=f"{MARKER} asked",
        event="evt_1",
        document=receipt.number,
        message=message,
    )


def later(**span: float) -> datetime:
    """That far from now."""
    return timezone.now() + timedelta(**span)


def purge(*, now: datetime) -> Purge:
    """The purge as the command runs it, at that time."""
    return purging.purge_now(now=now, by="somebody", progress=lambda kind, count: None)


def erase(*, dry_run: bool = False, **given: str) -> Erased:
    """Erase the patient who is found by this, as an administrator does."""
    return record.erase(Order(given, by="administrator", at=timezone.now()), dry_run=dry_run)


def places(marker: str = MARKER) -> set[str]:
    """Every column of every table in which the marker stands, as `table.column`."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                looked = f'SELECT count(*) FROM "{table}" WHERE lower(CAST("{column.name}" AS text)) LIKE %s'  # noqa: S608
                cursor.execute(looked, [f"%{marker}%"])
                if cursor.fetchone()[0]:
                    found.add(f"{table}.{column.name}")
    return found


def the_payment() -> Payment:
    """The only one."""
    return Payment.objects.get()
