"""What the webhook has missed, for `/metrics`: a door that is shut shows here while reconciliation makes up for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from payments_service.reconciling.models import Arrival

RECENTLY = timedelta(days=1)


class Arrivals(Collector):
    """Counted over the index of what was received, so a scrape doesn't grow with the table."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every way to miss an event has its number, also when that is none."""
        family = GaugeMetricFamily(
            "stripe_events_missed_recent",
            "Events of the last day that reconciliation brought in, by how the webhook had missed them.",
            labels=["how"],
        )
        recent = Arrival.objects.filter(event__received_at__gte=timezone.now() - RECENTLY).order_by()
        counts = dict(recent.values_list("how").annotate(count=Count("pk")))
        for how in Arrival.How.values:
            family.add_metric([how], counts.get(how, 0))
        yield family
