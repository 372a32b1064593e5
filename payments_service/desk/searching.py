"""Finds payments by what somebody at the front desk has in hand: a number, an id, a visit, an address, a name.

What is sought never stands in an address or a log. Each way to look is a statement of its own, so that an index answers
it; names alone are looked for one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from django.db.models import Max, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from notifications.models import Message
from payments_service.desk import numbers
from payments_service.payments.models import Checkout, Payment
from payments_service.replaying import traces
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from receipts import kinds
from receipts.models import Receipt
from servicekit import spelling

MOST = 50
LONGEST = 200
STRIPE_ID = re.compile(r"[a-z]{2,4}_[A-Za-z0-9_]+")


def find(sought: str, *, people: bool = False) -> list[Payment]:
    """The payments that fit, the latest first; one more than `MOST` where there are that many.

    With `people` also those that a name, an address or a visit leads to: whoever asks has to be allowed to see them.
    """
    wanted = sought.replace("\0", "").strip()[:LONGEST]
    ways = by_stripe_id(wanted) if STRIPE_ID.fullmatch(wanted) else by_number(wanted)
    if people:
        ways = chain(ways, by_person(wanted))
    found = {pk for way in ways for pk in way.order_by("-pk").values_list("pk", flat=True)[: MOST + 1]}
    rows = Payment.objects.filter(pk__in=found).select_related("checkout").order_by("-paid_at", "-pk")
    return list(rows[: MOST + 1])


def by_stripe_id(wanted: str) -> Iterator[QuerySet[Payment]]:
    """What belongs to an id of Stripe's, whatever it is of, or of ours for a checkout."""
    if wanted.startswith("evt_"):
        yield of_event(wanted)
    if wanted.startswith("cs_"):
        yield Payment.objects.filter(session=wanted)
    for column in ("stripe_id", "payment_intent", "charge"):
        yield Payment.objects.filter(**{column: wanted})
    yield Payment.objects.filter(movements__stripe_id=wanted)
    yield of_checkouts(Q(reference=wanted) | Q(stripe_session_id=wanted))


def of_event(stripe_id: str) -> QuerySet[Payment]:
    """The payments that an event of Stripe's has left a trace of."""
    event = StripeEvent.objects.filter(stripe_id=stripe_id).first()
    if event is None or processing.handler_of(event) is None:
        return Payment.objects.none()
    trace = traces.of(event)
    paid = [trace.payment.pk] if trace.payment else []
    return Payment.objects.filter(pk__in=[*paid, *(each.payment_id for each in trace.movements if each.payment_id)])


def by_number(wanted: str) -> Iterator[QuerySet[Payment]]:
    """What fits a document's number or a part of one, or a checkout's id."""
    if wanted and "@" not in wanted:
        yield from of_documents(numbers.like(wanted))
        yield of_checkouts(Q(reference=wanted))


def by_person(wanted: str) -> Iterator[QuerySet[Payment]]:
    """What fits a visit, which may be called like anything, an address or a name."""
    if wanted:
        yield of_checkouts(Q(visit_id=wanted))
    if "@" in wanted:
        yield Payment.objects.filter(email__iexact=wanted)
        yield Payment.objects.filter(checkout__patient_email__iexact=wanted)
        yield Payment.objects.filter(evidence__icontains=json.dumps(wanted))  # a payer's, who needn't be the patient
        yield from of_documents(Receipt.objects.filter(number__in=sent_to(wanted)))
    elif any(map(str.isalpha, wanted)) and not STRIPE_ID.fullmatch(wanted):
        yield from by_name(spelling.words(wanted))


def sent_to(address: str) -> set[str]:
    """The numbers of the documents whose latest letters went, or should have gone, to this address."""
    about = Message.objects.filter(to__iexact=address).order_by("-pk").values_list("about", flat=True)
    return {each.removesuffix(":link") for each in about[: MOST + 1]}


def of_checkouts(same: Q) -> QuerySet[Payment]:
    """The payments of checkouts like this."""
    return Payment.objects.filter(checkout__in=list(Checkout.objects.filter(same)[: MOST + 1]))


def of_documents(documents: QuerySet[Receipt]) -> Iterator[QuerySet[Payment]]:
    """The payments that these documents are about."""
    found = list(documents.values_list("number", flat=True)[: MOST + 1])
    yield Payment.objects.filter(receipt_number__in=found)
    yield Payment.objects.filter(movements__document_number__in=found)
    yield Payment.objects.filter(movements__correction_number__in=found)


def by_name(words: tuple[str, ...]) -> Iterator[QuerySet[Payment]]:
    """The payments of patients, or with payers, whose names have these words or parts of words in them."""
    if not words:
        return
    patients = Checkout.objects.filter(patient_name__in=fitting(Checkout.objects.all(), "patient_name", words))
    yield Payment.objects.filter(checkout__in=list(patients.order_by("-pk")[: MOST + 1]))
    payer = Coalesce(KeyTextTransform("payer_name", "snapshot"), Value(""), output_field=TextField())
    receipts = Receipt.objects.filter(kind=kinds.RECEIPT).annotate(payer=payer)
    payers = receipts.filter(payer__in=fitting(receipts, "payer", words)).order_by("-pk")
    yield Payment.objects.filter(stripe_id__in=list(payers.values_list("reference", flat=True)[: MOST + 1]))


def fitting(rows: QuerySet[Any], column: str, words: tuple[str, ...]) -> list[str]:
    """The names in this column that fit, those of the newest rows first, as many as can have rows that are shown.

    Each name is folded once, as it is read: neither database does it alike, and nothing is kept for it.
    """
    latest = rows.values(column).annotate(latest=Max("pk")).order_by("-latest").values_list(column, flat=True)
    return list(islice((name for name in latest.iterator() if spelling.fits(name, words)), MOST + 1))
