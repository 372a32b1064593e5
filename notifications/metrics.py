"""How sending fares, for `/metrics`: what came of the newest attempts, how long they took, and whom nobody reached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from notifications import models, selectors
from servicekit import metrics

RECENTLY = timedelta(minutes=5)
MOST = 2000
"""The newest attempts are enough to see a provider fail, and a scrape must not grow with the table."""


class Sending(Collector):
    """Of the attempts in the last five minutes, at most the newest two thousand."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """`code` is from the closed set that providers' answers are translated into."""
        recent = newest_attempts()
        outcomes = GaugeMetricFamily(
            "send_attempts_recent",
            "Attempts to send in the last five minutes, by how they ended.",
            labels=["channel", "outcome", "code"],
        )
        for labels, count in Counter((each.message.channel, each.outcome, each.code) for each in recent).items():
            outcomes.add_metric(labels, count)
        yield from (outcomes, durations(recent), unreached())


def newest_attempts() -> list[models.Attempt]:
    """By their ids, which no index but the primary key's is needed for."""
    rows = models.Attempt.objects.select_related("message").order_by("-pk")
    light = rows.only("outcome", "code", "started_at", "finished_at", "message__channel")[:MOST]
    since = timezone.now() - RECENTLY
    return [each for each in light if each.started_at >= since]


def durations(attempts: list[models.Attempt]) -> GaugeMetricFamily:
    """How long providers took."""
    took: dict[str, list[float]] = defaultdict(list)
    for each in attempts:
        if each.finished_at:
            took[each.message.channel].append((each.finished_at - each.started_at).total_seconds())
    return metrics.quantiles("send_seconds", "How long an attempt to send took.", took, label="channel")


def unreached() -> GaugeMetricFamily:
    """Messages that need a person."""
    family = GaugeMetricFamily(
        "messages_need_a_person", "Messages that no machine will bring across.", labels=["channel", "state"]
    )
    rows = selectors.needing_a_person().order_by().values("channel", "state").annotate(count=Count("pk"))
    for row in rows:
        family.add_metric([row["channel"], row["state"]], row["count"])
    return family
