"""What should have been forgotten, for `/metrics`, and when the last purge ended."""

from __future__ import annotations

from collections.abc import Iterator

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
            oldest = kind.oldest(now=now)
            late = (now - kind.keep - oldest).total_seconds() if oldest else 0.0
            overdue.add_metric([kind.name], max(late, 0.0))
        since = GaugeMetricFamily("purge_age_seconds", "Since the last purge ended.")
        finished = Purge.objects.filter(finished_at__isnull=False).values_list("finished_at", flat=True).first()
        if finished:
            since.add_metric([], (now - finished).total_seconds())
        yield from (overdue, since)
