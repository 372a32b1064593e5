"""What should have been forgotten, for `/metrics`, and when the last purge ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from privacy import service
from privacy.models import Purge


class Overdue(Collector):
    """The oldest row of each kind, found by an index, so a scrape doesn't grow with the tables."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Nothing overdue is 0 seconds."""
        now = timezone.now()
        overdue = GaugeMetricFamily(
            "personal_data_overdue_seconds",
            "By how much the oldest personal data has outlived its period.",
            labels=["kind"],
        )
        for kind in service.of_this_project().kinds():
            overdue.add_metric([kind.name], kind.late(now=now).total_seconds())
        age = GaugeMetricFamily(
            "purge_age_seconds", "Since the last purge ended; before any has, since the first began."
        )
        if since := last_purge():
            age.add_metric([], (now - since).total_seconds())
        yield from (overdue, age)


def last_purge() -> datetime | None:
    """When a purge has last ended, or the first one began that never did; None before there is any."""
    ended = Purge.objects.filter(finished_at__isnull=False).values_list("finished_at", flat=True).first()
    return ended or Purge.objects.order_by("pk").values_list("started_at", flat=True).first()
