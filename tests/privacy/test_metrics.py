"""What `/metrics` says of the purge: how late it is by each kind's own reckoning, and since when none has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry

from payments_service.privacy import retention
from privacy import metrics
from privacy.models import Purge
from receipts.models import Receipt
from tests.privacy.treated import a_treated_patient, later

pytestmark = pytest.mark.django_db(transaction=True)


def age() -> float | None:
    """`purge_age_seconds` as it is scraped."""
    registry = CollectorRegistry()
    registry.register(metrics.Overdue())
    return registry.get_sample_value("purge_age_seconds")


def test_a_receipt_is_late_from_the_day_on_which_its_year_may_be_purged() -> None:
    a_treated_patient()
    Receipt.objects.update(issued_at=datetime(2026, 1, 2, 12, tzinfo=UTC))
    receipts = next(kind for kind in retention.kinds() if kind.name == "receipts")
    first_day = datetime(2027, 1, 1, tzinfo=UTC) + settings.KEEP_RECEIPTS

    assert receipts.late(now=first_day - timedelta(days=1)) == timedelta(0)
    assert receipts.late(now=first_day + timedelta(hours=1)) == timedelta(hours=1)


def test_other_kinds_are_late_once_their_period_is_over() -> None:
    a_treated_patient()
    events = next(kind for kind in retention.kinds() if kind.name == "Stripe events")

    assert events.late(now=later(days=89)) == timedelta(0)
    assert timedelta(days=1) < events.late(now=timezone.now() + settings.KEEP_EVENTS + timedelta(days=2))


def test_purges_that_never_end_are_counted_from_the_first() -> None:
    assert age() is None
    for days in (3, 1):
        Purge.objects.create(by="beat", started_at=later(days=-days))

    assert age() == pytest.approx(3 * 86400, abs=60)

    Purge.objects.update(finished_at=later(hours=-1))
    assert age() == pytest.approx(3600, abs=60)
