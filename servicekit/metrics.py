"""`/metrics` for Prometheus, read from the rows at scrape time: it is true for every process and survives restarts."""

from __future__ import annotations

from collections.abc import Iterator

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
        count = GaugeMetricFamily("rows_due", "Rows that want work now.", labels=["stage"])
        age = GaugeMetricFamily("rows_due_oldest_seconds", "Age of the longest waiting row.", labels=["stage"])
        for model in apps.get_models():
            if issubclass(model, Claimable):
                waiting = Q(due_at__lte=Now())
                found = model._default_manager.filter(waiting).aggregate(n=Count("pk"), oldest=Min("due_at"))
                waited = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
                count.add_metric([model.__name__.lower()], found["n"])
                age.add_metric([model.__name__.lower()], waited)
        yield count
        yield age


registry = CollectorRegistry()
registry.register(DueRows())


def metrics(_request: HttpRequest) -> HttpResponse:
    """The exposition text; it holds counts and no personal data."""
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
