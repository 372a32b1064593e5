"""What a person must do: what still waits and came up before the end of the day, of each kind the newest.

What waits in the books counts however old it is. Letters are asked for one month back, which bounds the question; the
lists in the admin go back to the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse

from payments_service.bookkeeping.proof import MOST_NAMED, Chore, Item, Open
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import undelivered
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt

ON_ITS_WAY = timedelta(minutes=15)
"""How long the machine may take before somebody should look."""
LETTERS_BACK = timedelta(days=31)
MOST_LETTERS = 10_000
"""More of them are counted as so many: the mail has been down for long then, and a number helps nobody."""
UNDELIVERED = "receipting_undeliveredreceipt"
LETTERS = {
    Chore.RECEIPT_WITHOUT_ADDRESS: (undelivered.NO_ADDRESS,),
    Chore.LETTER_UNDELIVERED: (undelivered.BOUNCED, undelivered.FAILED),
    Chore.LETTER_COMPLAINED: (undelivered.COMPLAINED,),
}

Row = tuple[str, datetime, str, int]
"""Name, since when, a code that says why, primary key."""


def before(end: datetime, *, now: datetime) -> tuple[Open, ...]:
    """What there is to do, kind after kind; none of what isn't."""
    known = min(end, now - ON_ITS_WAY)
    kinds = (
        payments_without_receipt(known),
        movements_without_document(known),
        failed_events(known),
        documents_without_pdf(known),
        *undelivered_letters(end),
    )
    return tuple(each for each in kinds if each.count)


def payments_without_receipt(known: datetime) -> Open:
    """Money that came, and nothing says so."""
    waiting = Payment.objects.filter(receipt_number="", paid_at__lt=known, recorded_at__lt=known)
    rows = waiting.order_by("-paid_at").values_list("stripe_id", "paid_at", "last_error", "pk")
    where = "payments_payment"
    return opened(Chore.PAYMENT_WITHOUT_RECEIPT, rows, one=where, all=listed(where, receipt_number__exact=""))


def movements_without_document(known: datetime) -> Open:
    """Money that went back or came again, and nothing says so."""
    stuck = Q(last_error__in=Movement.FOR_A_PERSON)
    waiting = Movement.objects.filter(stuck | Q(due_at__isnull=False), moved_at__lt=known, recorded_at__lt=known)
    rows = waiting.order_by("-moved_at").values_list("stripe_id", "moved_at", "last_error", "pk")
    return opened(Chore.MOVEMENT_WITHOUT_DOCUMENT, rows, one="", all=listed("receipting_stuckmovement"))


def failed_events(known: datetime) -> Open:
    """What Stripe told, and nobody could make anything of."""
    failed = StripeEvent.objects.filter(state__in=StripeEvent.UNFINISHED, received_at__lt=known)
    rows = failed.order_by("-received_at").values_list("stripe_id", "received_at", "last_error", "pk")
    where = "webhooks_stripeevent"
    return opened(Chore.EVENT_FAILED, rows, one=where, all=listed(where, state__in=",".join(StripeEvent.UNFINISHED)))


def documents_without_pdf(known: datetime) -> Open:
    """Documents that have a number and can't be looked at."""
    bare = Receipt.objects.filter(pdf_key="", due_at__isnull=False, issued_at__lt=known)
    rows = bare.order_by("-issued_at").values_list("number", "issued_at", "last_error", "pk")
    where = "receipts_receipt"
    return opened(Chore.DOCUMENT_WITHOUT_PDF, rows, one=where, all=listed(where, pdf_key__exact=""))


def undelivered_letters(end: datetime) -> Iterator[Open]:
    """What the front desk has to see to, of the documents of the last month: each kind asks for something else."""
    waiting = undelivered.waiting(issued_since=end - LETTERS_BACK).filter(issued_at__lt=end)
    rows = list(waiting.annotate(code=reason()).values_list("number", "since", "code", "pk", "why")[:MOST_LETTERS])
    for chore, whys in LETTERS.items():
        found = [row[:4] for row in rows if row[4] in whys]
        where = listed(UNDELIVERED, **({"why": whys[0]} if len(whys) == 1 else {}))
        yield opened_of(chore, found, count=len(found), one=UNDELIVERED, all=where)


def reason() -> Case:
    """The failure's code, or what happened where there is none."""
    return Case(When(letter_code="", then=F("why")), default=F("letter_code"))


def opened(chore: Chore, rows: QuerySet[Any, Any], *, one: str, all: str) -> Open:
    """What these rows (name, since when, why, primary key) are of a kind."""
    named = list(rows[: MOST_NAMED + 1])
    count = rows.count() if len(named) > MOST_NAMED else len(named)
    return opened_of(chore, named, count=count, one=one, all=all)


def opened_of(chore: Chore, rows: Sequence[Row], *, count: int, one: str, all: str) -> Open:
    """The newest of these rows by name, and their number; `one` is the page of each in the admin."""
    return Open(chore, count, tuple(items_of(rows[:MOST_NAMED], page=one, otherwise=all)), path=all)


def items_of(rows: Sequence[Row], *, page: str, otherwise: str) -> Iterator[Item]:
    """Each row with the place where something can be done about it."""
    for name, since, code, pk in rows:
        path = reverse(f"admin:{page}_change", args=[pk]) if page else otherwise
        yield Item(name, since, code, path)


def listed(page: str, **filters: str) -> str:
    """The address of a list in the admin."""
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address
