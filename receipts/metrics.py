"""How long documents wait for their PDF, for `/metrics`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min
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
        oldest = "Since the oldest document was issued that has no PDF yet; none is 0."
        yield GaugeMetricFamily("document_pdf_waiting_seconds", oldest, value=waiting_seconds())


def waiting_seconds() -> float:
    """How long the oldest document has waited, resting or not: while the storage is away nothing is due."""
    oldest = Receipt.objects.filter(due_at__isnull=False, pdf_key="").aggregate(since=Min("issued_at"))["since"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def newest() -> list[tuple[str, datetime, datetime | None]]:
    """By their ids, which no index but the primary key's is needed for."""
    return list(Receipt.objects.order_by("-pk").values_list("kind", "issued_at", "rendered_at")[:MOST])
