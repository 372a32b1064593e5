"""`/metrics` for Prometheus, read from the rows at scrape time: it is true for every process and survives restarts.

What only one stage knows of is collected beside that stage, and registered here when its app is ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import redis
import structlog
from django.apps import apps
from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from servicekit import health, heartbeat
from servicekit.claims import Claimable

log = structlog.get_logger(__name__)

QUANTILES = (0.5, 0.95, 0.99)


class DueRows(Collector):
    """For each kind of row that wants work: how many are due, and how long the oldest has waited."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count by model; the label is the model's name in lower case."""
        unfinished = GaugeMetricFamily(
            "rows_unfinished",
            "Rows that want work now or later, but for those that come again by the clock.",
            labels=["stage"],
        )
        count = GaugeMetricFamily("rows_due", "Rows that want work now.", labels=["stage"])
        age = GaugeMetricFamily("rows_due_oldest_seconds", "Age of the longest waiting row.", labels=["stage"])
        for model in apps.get_models():
            if issubclass(model, Claimable) and not model._meta.proxy:
                stage, found = [model.__name__.lower()], counted(model)
                if not model.recurs:
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


class Broker(Collector):
    """How many nudges wait in each queue, and how long ago a beat was heard; both are absent while Redis is away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One round trip for all queues."""
        depth = GaugeMetricFamily("queue_depth", "Nudges that wait for a worker.", labels=["queue"])
        for name, length in queue_depths().items():
            depth.add_metric([name], length)
        beat = GaugeMetricFamily("beat_age_seconds", "Since a worker last heard Beat.")
        if (age := heartbeat.age()) is not None:
            beat.add_metric([], age)
        yield from (depth, beat)


def queue_depths() -> dict[str, int]:
    """The length of each of the service's queues; empty while Redis is away."""
    names = [queue.name for queue in settings.CELERY["task_queues"]]
    prefix = settings.CELERY["broker_transport_options"]["global_keyprefix"]
    asked = health.broker(settings.REDIS_URL).pipeline(transaction=False)
    for name in names:
        asked.llen(f"{prefix}{name}")
    try:
        return dict(zip(names, asked.execute(), strict=True))
    except redis.RedisError:
        log.warning("queues_not_counted", hint="Redis is away")
        return {}


def quantiles(name: str, about: str, seconds: dict[str, list[float]], *, label: str) -> GaugeMetricFamily:
    """Quantiles of durations, by what the label says; a label without durations is left out."""
    family = GaugeMetricFamily(name, about, labels=[label, "quantile"])
    for value, durations in seconds.items():
        ranked = sorted(durations)
        for quantile in QUANTILES if ranked else ():
            family.add_metric([value, str(quantile)], ranked[min(int(quantile * len(ranked)), len(ranked) - 1)])
    return family


registry = CollectorRegistry()
registry.register(DueRows())
registry.register(Broker())


def metrics(_request: HttpRequest) -> HttpResponse:
    """The exposition text; it holds counts and no personal data."""
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
