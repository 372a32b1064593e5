"""`/metrics` for Prometheus, read from the rows at scrape time: it is true for every process and survives restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from servicekit.claims import Claimable


class DueRows(Collector):
    """For each kind of row that wants work: how many are due, and how long the oldest has waited."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count by model; the label is the model's name in lower case."""
        unfinished = GaugeMetricFamily("rows_unfinished", "Rows that want work now or later.", labels=["stage"])
        count = GaugeMetricFamily("rows_due", "Rows that want work now.", labels=["stage"])
        age = GaugeMetricFamily("rows_due_oldest_seconds", "Age of the longest waiting row.", labels=["stage"])
        for model in apps.get_models():
            if issubclass(model, Claimable) and not model._meta.proxy:
                stage, found = [model.__name__.lower()], counted(model)
                unfinished.add_metric(stage, found["unfinished"])
                count.add_metric(stage, found["due"])
                age.add_metric(stage, waited(found["oldest"]))
        yield from (unfinished, count, age)


def counted(model: type[Claimable]) -> dict[str, Any]:
    """Counts over the rows that the index of what is due holds."""
    now_due = Q(due_at__lte=Now())
    return model._default_manager.filter(due_at__isnull=False).aggregate(
        unfinished=Count("pk"), due=Count("pk", filter=now_due), oldest=Min("due_at", filter=now_due)
    )


def waited(since: datetime | None) -> float:
    """Seconds since then; none for nothing."""
    return (timezone.now() - since).total_seconds() if since else 0.0


registry = CollectorRegistry()
registry.register(DueRows())


def metrics(_request: HttpRequest) -> HttpResponse:
    """The exposition text; it holds counts and no personal data."""
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
