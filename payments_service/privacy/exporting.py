"""All that is kept of one person, in plain values, with the PDFs of their documents. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Model

from notifications.models import Attempt, TrackingEvent
from payments_service.privacy.people import Person
from payments_service.receipting.models import HandedOver
from payments_service.replaying.models import Replay
from payments_service.webhooks import forgetting as events
from privacy import plain
from privacy.service import Exported, Missing
from receipts import filing, storage
from receipts.models import Receipt

OURS: dict[str, tuple[str, ...]] = {
    "checkouts": (
        *("reference", "visit_id", "currency", "lines", "patient_name", "patient_email", "locale", "service"),
        *("status", "created_at"),
    ),
    "payments": ("stripe_id", "amount", "currency", "paid_at", "email", "evidence", "receipt_number", "recorded_at"),
    "refunds and disputes": (
        *("stripe_id", "kind", "amount", "currency", "status", "reason", "moved_at"),
        *("document_number", "correction_number"),
    ),
    "documents": ("number", "kind", "issued_at", "amount", "currency", "snapshot", "pdf_sha256"),
    "letters": ("about", "channel", "state", "language", "to", "to_name", "subject", "text", "created_at", "sent_at"),
    "attempts": ("message_id", "number", "outcome", "code", "started_at", "finished_at"),
    "reports": ("message_id", "kind", "code", "at", "received_at"),
    "handed over": ("receipt_id", "way", "note", "at"),
    "sent again": ("document", "reason", "at"),
}
"""The columns of each kind that tell of the person; members of staff are left out."""


def export(person: Person) -> Exported:
    """Everything, each kind as a list, with the files beside it."""
    rows: Mapping[str, Iterable[Model]] = {
        "checkouts": person.checkouts,
        "payments": person.payments,
        "refunds and disputes": person.movements,
        "documents": person.documents,
        "letters": person.messages,
        "attempts": Attempt.objects.filter(message__in=person.messages),
        "reports": TrackingEvent.objects.filter(message__in=person.messages),
        "handed over": HandedOver.objects.filter(receipt__in=person.documents),
        "sent again": Replay.objects.filter(document__in=person.numbers),
    }
    data: dict[str, Any] = {name: plain.rows(found, OURS[name]) for name, found in rows.items()}
    data["what Stripe told"] = [json.loads(event.body) for event in told(person)]
    return Exported(data, files_of(person.documents))


def told(person: Person) -> Iterable[Any]:
    """The events about the person's own payments; others may mention somebody else beside them."""
    return events.mentioning(person.ids).order_by("created", "pk")


def files_of(documents: Iterable[Receipt]) -> dict[str, Callable[[], bytes]]:
    """The PDFs by their names, each read when it is wanted."""
    there = [each for each in documents if each.pdf_key and not each.purged_at]
    return {f"{each.number}.pdf": partial(read, each) for each in there}


def read(document: Receipt) -> bytes:
    """The PDF. Raises Missing while nobody can have it."""
    try:
        return filing.read(document)
    except (filing.Damaged, storage.Away):
        raise Missing(f"The PDF of {document.number} can't be read at the moment. Please ask for it again.") from None
