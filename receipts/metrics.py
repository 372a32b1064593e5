"""How long documents wait for their PDF, for `/metrics`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from receipts.models import Receipt
from servicekit import metrics

RECENTLY = timedelta(minutes=15)
MOST = 1000


class Documents(Collector):
    """Of the newest documents, at most a thousand, those that got their PDF in the last quarter of an hour."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """From the instant of issue to the PDF in storage: waiting and rendering together."""
        took: dict[str, list[float]] = defaultdict(list)
        for kind, issued_at, rendered_at in newest():
            if rendered_at and rendered_at >= timezone.now() - RECENTLY:
                took[kind].append((rendered_at - issued_at).total_seconds())
        yield metrics.quantiles("document_pdf_seconds", "From issue to the stored PDF.", took, label="kind")


def newest() -> list[tuple[str, datetime, datetime | None]]:
    """By their ids, which no index but the primary key's is needed for."""
    return list(Receipt.objects.order_by("-pk").values_list("kind", "issued_at", "rendered_at")[:MOST])
