"""The kinds of personal data that payments_service keeps, in the order in which they are purged, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from payments_service.payments import forgetting as payments
from payments_service.receipting import forgetting as notes
from payments_service.replaying import forgetting as reasons
from payments_service.webhooks import forgetting as events
from privacy import letters, watching
from privacy.service import Kind
from receipts import purging
from receipts.models import Receipt

PERIOD_OVER = "its period is over"
AT_ONCE = timedelta(0)
"""A PDF goes with its document."""


def kinds() -> tuple[Kind, ...]:
    """Each with the period that the settings say now."""
    contacts, money = settings.KEEP_CONTACTS, "ids and amounts"
    return (
        Kind("Stripe events", settings.KEEP_EVENTS, "id and type", events.overdue, "received_at", events.purge),
        *letters.kinds(),
        Kind("payments", contacts, money, payments.overdue_payments, "recorded_at", payments.purge_payments),
        Kind("checkouts", contacts, money, payments.overdue_checkouts, "created_at", payments.purge_checkouts),
        Kind("notes", contacts, "that it was handed over", notes.overdue, "at", notes.purge),
        Kind("reasons", contacts, "that it was sent again", reasons.overdue, "at", reasons.purge),
        Kind(
            "receipts",
            settings.KEEP_RECEIPTS,
            "number, amounts, seal",
            purging.overdue,
            "issued_at",
            purge_receipts,
            due=purging.over_at,
        ),
        Kind("PDFs", AT_ONCE, "nothing", overdue_files, "purged_at", purge_files, outside=True),
        *watching.kinds(),
    )


def purge_receipts(*, before: datetime, limit: int) -> int:
    """As `receipts.purging` does it, now, since their period is over."""
    return purging.purge(before=before, limit=limit, at=timezone.now(), why=PERIOD_OVER)


def overdue_files(before: datetime) -> QuerySet[Receipt]:
    """Every PDF that is left of a purged document, also of one that was purged a moment ago."""
    return purging.files_left()


def purge_files(*, before: datetime, limit: int) -> int:
    """As `receipts.purging` does it."""
    return purging.purge_files(limit=limit)
