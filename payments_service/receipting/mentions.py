"""The documents that payments, refunds and disputes name in vain, for `verify`. Neighbour of `receipts.mentions`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, Model, OuterRef

from payments_service.payments.models import Movement, Payment
from receipts.mentions import Mention
from receipts.models import Receipt

NAMES: tuple[tuple[type[Model], str], ...] = (
    (Payment, "receipt_number"),
    (Movement, "document_number"),
    (Movement, "correction_number"),
)


def unmet() -> Iterator[Mention]:
    """One statement for each column that holds numbers, so that a check beside running workers finds nothing untrue."""
    for model, column in NAMES:
        there = Exists(Receipt.objects.filter(number=OuterRef(column)))
        rows = model._default_manager.exclude(**{column: ""}).exclude(there).order_by("pk")
        for number, stripe_id in rows.values_list(column, "stripe_id").iterator():
            yield Mention(number, by=stripe_id)
