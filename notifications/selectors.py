"""What others may ask of the record: how a message fared, and which ones need a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from notifications import models

NEED_A_PERSON = (models.State.FAILED, models.State.BOUNCED)


@dataclass(frozen=True, slots=True)
class Status:
    """How one message fares. `code` is the last failure's, instants are UTC.

    `complained`: whoever got it has reported it as spam, so it arrived.
    """

    id: int
    channel: str
    state: str
    to: str
    code: str
    attempts: int
    possible_double: bool
    created_at: datetime
    sent_at: datetime | None
    complained: bool = False


def about(reference: str) -> list[Status]:
    """Every message about a reference, the oldest first."""
    complaint = Exists(complaints().filter(message=OuterRef("pk")))
    found = models.Message.objects.filter(about=reference).annotate(complained=complaint)
    return [status(message, complained=message.complained) for message in found.order_by("pk")]


def is_written_about(reference: str) -> bool:
    """Whether there is any, as every document asks before its first letter."""
    return models.Message.objects.filter(about=reference).exists()


def complaints() -> QuerySet[models.TrackingEvent]:
    """Reports that somebody called a message of ours spam."""
    return models.TrackingEvent.objects.filter(kind=models.Kind.COMPLAINED, message__isnull=False)


def needing_a_person() -> QuerySet[models.Message]:
    """Messages that no machine will bring across any more, the newest first."""
    return models.Message.objects.filter(state__in=NEED_A_PERSON).order_by("-created_at", "-pk")


def status(message: models.Message, *, complained: bool = False) -> Status:
    """The plain values of a row."""
    return Status(
        id=message.pk,
        channel=message.channel,
        state=message.state,
        to=message.to,
        code=message.last_error,
        attempts=message.attempts,
        possible_double=message.possible_double,
        created_at=message.created_at,
        sent_at=message.sent_at,
        complained=complained,
    )
