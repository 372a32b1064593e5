"""Keeps that somebody gave a document to its patient in another way, which settles what didn't arrive."""

from __future__ import annotations

import structlog
from django.db import transaction

from payments_service.receipting import undelivered
from payments_service.receipting.models import HandedOver
from receipts.models import Receipt

log = structlog.get_logger(__name__)


class NotWaiting(Exception):
    """Nobody has to see to this document (any more): it arrived, is under way, or was handed over."""


def hand_over(number: str, *, way: str, note: str, by: str) -> HandedOver:
    """Write down how a document got to its patient, and by whom. Raises NotWaiting, or Receipt.DoesNotExist.

    Two at once settle it once, as the first one holds the document's row.
    """
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update().get(number=number)
        waits = undelivered.waiting().filter(pk=receipt.pk).first()
        if waits is None:
            raise NotWaiting
        kept = HandedOver.objects.create(receipt=receipt, way=way, note=note, by=by, after_message=waits.letter)
    log.info("receipt_handed_over", receipt=number, way=way)
    return kept
