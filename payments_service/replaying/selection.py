"""Which of Stripe's events are meant. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from payments_service.webhooks.models import StripeEvent


class NotThere(LookupError):
    """An id or a type that no event has; the message says which."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: those with these ids, and of them (or of all) what the others leave.

    `types` may hold `*` and `?`; a thin event is found by its twin's type too. `failed` are also those given up.
    """

    ids: Sequence[str] = ()
    types: Sequence[str] = ()
    since: datetime | None = None
    failed: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing was said, which would be all events that ever came."""
        return not (self.ids or self.types or self.since or self.failed)


def find(wanted: Wanted) -> list[int]:
    """The events' numbers, in the order in which things happened. Raises NotThere."""
    events = StripeEvent.objects.order_by("created", "pk")
    if wanted.ids:
        events = events.filter(stripe_id__in=known(wanted.ids))
    if wanted.types:
        events = events.filter(type__in=like(wanted.types))
    if wanted.since:
        events = events.filter(received_at__gte=wanted.since)
    if wanted.failed:
        events = events.filter(state__in=StripeEvent.UNFINISHED)
    return list(events.values_list("pk", flat=True))


def known(ids: Sequence[str]) -> list[str]:
    """The ids, if each of them has come in."""
    there = set(StripeEvent.objects.filter(stripe_id__in=ids).values_list("stripe_id", flat=True))
    strangers = [id for id in ids if id not in there]
    if strangers:
        raise NotThere(f"No such event has come in: {', '.join(strangers)}. Stripe can send it again.")
    return list(ids)


def like(patterns: Sequence[str]) -> list[str]:
    """The types that have come in and are like one of these."""
    types = StripeEvent.objects.order_by("type").values_list("type", flat=True).distinct()
    found = [type for type in types if any(fits(type, pattern) for pattern in patterns)]
    if not found:
        raise NotThere(f"No event has come in whose type is like {' or '.join(patterns)}.")
    return found


def fits(type: str, pattern: str) -> bool:
    """Whether a type is like a pattern, by its own name or by its snapshot twin's."""
    return fnmatchcase(type, pattern) or (type.startswith("v1.") and fnmatchcase(type.removeprefix("v1."), pattern))
