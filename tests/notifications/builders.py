"""Messages with one obvious default each, and what a test does with many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connections
from django.db.models.functions import Now

from notifications import messages, models, outbox, tracking

Result = TypeVar("Result")


def an_email(**changes: Any) -> messages.Email:
    """An email to one patient."""
    values: dict[str, Any] = {
        "to": "anna@patients.example",
        "subject": "Your document",
        "text": "Please find it attached.",
        "html": "<p>Please find it attached.</p>",
        "language": "en",
        "dedupe_key": "document:1",
        "about": "document-1",
    }
    return messages.Email(**(values | changes))


def a_text(**changes: Any) -> messages.Sms:
    """A text to one patient."""
    values: dict[str, Any] = {
        "to": "+48500000001",
        "text": "Tomorrow at 10:15, Clinic Example.",
        "language": "en",
        "dedupe_key": "text:1",
        "about": "document-1",
    }
    return messages.Sms(**(values | changes))


def a_file(key: str = "documents/1.pdf", **changes: str) -> messages.Attachment:
    """A stored PDF to attach."""
    return messages.Attachment(key, **({"filename": "1.pdf", "content_type": "application/pdf"} | changes))


def an_invitation(**changes: str) -> messages.Attachment:
    """A calendar file to attach, with letters outside ASCII and the line ends that RFC 5545 asks for."""
    lines = ["BEGIN:VCALENDAR", "METHOD:REQUEST", "SUMMARY:Wizyta – Łódź, gabinet żółty 猫", "END:VCALENDAR", ""]
    values = {
        "text": "\r\n".join(lines),
        "filename": "visit.ics",
        "content_type": "text/calendar; method=REQUEST; charset=utf-8",
    }
    return messages.Attachment(**(values | changes))


def a_message(**changes: Any) -> models.Message:
    """An email in the outbox."""
    return queued(an_email(**changes))


def queued(message: messages.Message) -> models.Message:
    """The row of a message in the outbox."""
    return models.Message.objects.get(pk=outbox.enqueue(message))


def now_due(message: models.Message, *, since: timedelta = timedelta(seconds=1)) -> None:
    """Let the waiting time pass: the row has been due for that long."""
    models.Message.objects.filter(pk=message.pk).update(due_at=Now() - since)


def an_update(**changes: Any) -> tracking.Update:
    """A provider's report that an email was delivered."""
    values: dict[str, Any] = {
        "event_id": "postmark:1",
        "state": models.Kind.DELIVERED,
        "provider_message_id": "provider-id-1",
    }
    return tracking.Update(**(values | changes))


def reread(message: models.Message) -> models.Message:
    """The row as it stands now."""
    return models.Message.objects.get(pk=message.pk)


def outcomes(message: models.Message) -> list[str]:
    """How its attempts ended, the first one first."""
    return list(message.history.values_list("outcome", flat=True))


def in_threads(number: int, work: Callable[[int], Result]) -> list[Result]:
    """Do the work that many times at the same moment, each with a database connection of its own."""
    start = threading.Barrier(number)

    def one(index: int) -> Result:
        try:
            start.wait(timeout=20)
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))
