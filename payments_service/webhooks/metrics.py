"""What Stripe sends, for `/metrics`: the events of the last hour by type and by what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from payments_service.webhooks.models import StripeEvent

RECENTLY = timedelta(hours=1)


class Events(Collector):
    """Counted over the index of arrivals, so a scrape doesn't grow with the table."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A type is a label only because Stripe signed it: strangers can't add any."""
        family = GaugeMetricFamily(
            "stripe_events_recent",
            "Events received in the last hour, by type and by what became of them.",
            labels=["type", "outcome"],
        )
        recent = StripeEvent.objects.filter(received_at__gte=timezone.now() - RECENTLY).order_by()
        for row in recent.values("type", "state").annotate(count=Count("pk")):
            family.add_metric([row["type"], row["state"]], row["count"])
        yield family
