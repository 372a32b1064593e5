"""Reads over a day of payments, of what went back, of documents and of their letters. Nothing here writes.

A day is a span of instants, the second one excluded. Each answer is one or two statements, however much has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from notifications.models import Message
from payments_service.bookkeeping import proof
from payments_service.bookkeeping.proof import Flow, Issued, Line, Money, Standing, Unlike
from payments_service.payments.models import Movement, Payment
from receipts import kinds
from receipts.models import Receipt

NOTHING = Value("")
WENT_BACK = {Flow.REFUNDS: Movement.Kind.REFUND, Flow.DISPUTES: Movement.Kind.DISPUTE}


def amount_of(number: str) -> Coalesce:
    """The amount of the document whose number stands in that column; nothing where there is none."""
    return Coalesce(Subquery(Receipt.objects.filter(number=OuterRef(number)).values("amount")[:1]), Value(0))


def is_there(number: str) -> Exists:
    """Whether the document whose number stands in that column exists."""
    return Exists(Receipt.objects.filter(number=OuterRef(number)))


def paid(first: datetime, end: datetime) -> QuerySet[Payment]:
    """The payments of a day."""
    return Payment.objects.filter(paid_at__gte=first, paid_at__lt=end)


def went_back(flow: Flow, first: datetime, end: datetime) -> QuerySet[Movement]:
    """The refunds or disputes whose money left on the day, without those that only let go of what was never paid."""
    moved = Movement.objects.filter(kind=WENT_BACK[flow], moved_at__gte=first, moved_at__lt=end)
    return moved.exclude(last_error=Movement.Obstacle.NEVER_PAID)


def documented(moved: QuerySet[Movement]) -> QuerySet[Any, Any]:
    """With `net`: how much has gone back by the documents."""
    return moved.annotate(net=-(amount_of("document_number") + amount_of("correction_number")))


def payment_lines(first: datetime, end: datetime) -> Iterator[Line]:
    """What came in, per mode and currency."""
    receipted = paid(first, end).annotate(net=amount_of("receipt_number"), there=is_there("receipt_number"))
    rows = receipted.values_list("livemode", "currency")
    sums = rows.annotate(
        here=Count("pk"),
        moved=Sum("amount", default=0),
        documents=Count("pk", filter=Q(there=True)),
        says=Sum("net", default=0),
    )
    yield from lines(Flow.PAYMENTS, sums.order_by("-livemode", "currency"))


def movement_lines(flow: Flow, first: datetime, end: datetime) -> Iterator[Line]:
    """What went back and stayed there, per mode and currency."""
    rows = documented(went_back(flow, first, end).filter(Q(returned__gt=0) | Q(documented__gt=0)))
    sums = rows.values_list("livemode", "currency").annotate(
        here=Count("pk", filter=Q(returned__gt=0)),
        moved=Sum("returned", default=0),
        documents=Count("pk", filter=Q(net__gt=0)),
        says=Sum("net", default=0),
    )
    yield from lines(flow, sums.order_by("-livemode", "currency"))


def lines(flow: Flow, sums: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    """The rows of either as lines."""
    for live, currency, count, amount, documents, net in sums:
        here, there = proof.Sum(count, amount), proof.Sum(documents, net)
        yield Line(flow, not live, currency.upper(), recorded=here, documented=there)


def unlike(first: datetime, end: datetime, *, since: datetime) -> tuple[Unlike, ...]:
    """Documents over another amount than what moved on the day (for disputes: since then), the first so many.

    One that isn't there any more says nothing, and is among them.
    """
    found = [*unlike_receipts(first, end)]
    found += unlike_documents(Flow.REFUNDS, first, end)
    found += unlike_documents(Flow.DISPUTES, since, end)
    return tuple(found[: proof.MOST_NAMED])


def unlike_receipts(first: datetime, end: datetime) -> Iterator[Unlike]:
    """Receipts over another amount than their payment's."""
    rows = paid(first, end).exclude(receipt_number="")
    rows = rows.annotate(net=amount_of("receipt_number"), there=is_there("receipt_number"))
    wrong = rows.exclude(there=True, net=F("amount"))
    found = wrong.values_list("receipt_number", "there", "stripe_id", "net", "amount", "currency").order_by("pk")
    for number, there, stripe_id, says, moved, currency in found[: proof.MOST_NAMED]:
        said = Money(says, currency.upper()) if there else None
        yield Unlike(number, stripe_id, said, Money(moved, currency.upper()))


def unlike_documents(flow: Flow, first: datetime, end: datetime) -> Iterator[Unlike]:
    """Documents that don't say what their refund or dispute is known to have moved, and that nobody is to correct."""
    rows = documented(went_back(flow, first, end).filter(due_at=None).exclude(document_number=""))
    rows = rows.annotate(gone=gone_of("document_number", otherwise=gone_of("correction_number")))
    wrong = rows.exclude(gone="", net=F("returned"))
    found = wrong.values_list("document_number", "gone", "stripe_id", "net", "returned", "currency").order_by("pk")
    for number, gone, stripe_id, says, moved, currency in found[: proof.MOST_NAMED]:
        said = None if gone else Money(-says, currency.upper())
        yield Unlike(gone or number, stripe_id, said, Money(-moved, currency.upper()))


def gone_of(number: str, *, otherwise: Case | Value = NOTHING) -> Case:
    """The number in that column if its document isn't there; else the other."""
    return Case(When(~Q(**{number: ""}) & ~is_there(number), then=F(number)), default=otherwise)


def issued(first: datetime, end: datetime) -> tuple[Issued, ...]:
    """The documents that were issued on the day, per series and currency."""
    rows = Receipt.objects.filter(issued_at__gte=first, issued_at__lt=end).values_list("series", "test", "currency")
    found = rows.annotate(Min("sequence"), Max("sequence"), Count("pk"), Sum("amount"))
    return tuple(
        Issued(
            series,
            test,
            currency,
            first=kinds.number_of(series, lowest),
            last=kinds.number_of(series, highest),
            sum=proof.Sum(count, amount),
        )
        for series, test, currency, lowest, highest, count, amount in found.order_by("test", "series", "currency")
    )


def letters(first: datetime, end: datetime) -> tuple[tuple[Standing, int], ...]:
    """How the newest letter of each document of the day fares, and how many fare so."""
    documents = with_standing(Receipt.objects.filter(issued_at__gte=first, issued_at__lt=end))
    counts = dict(documents.values_list("standing").annotate(Count("pk")).order_by())
    return tuple((each, counts[each]) for each in Standing if each in counts)


def with_standing(documents: QuerySet[Receipt]) -> QuerySet[Any, Any]:
    """With `standing`: the state of the newest letter, or why there is none."""
    newest = Message.objects.filter(about=OuterRef("number")).order_by("-pk").values("state")[:1]
    none = Case(When(pdf_key="", then=Value(Standing.NO_PDF.value)), default=Value(Standing.NO_ADDRESS.value))
    return documents.annotate(standing=Coalesce(Subquery(newest), none))


def recorded(flow: Flow, first: datetime, end: datetime, *, live: bool) -> dict[str, Money]:
    """What we know to have moved on a day, by Stripe's id of it."""
    if flow == Flow.PAYMENTS:
        return by_id(paid(first, end).filter(livemode=live).values_list("stripe_id", "amount", "currency"))
    moved = went_back(flow, first, end).filter(livemode=live, returned__gt=0)
    return by_id(moved.values_list("stripe_id", "returned", "currency"))


def recorded_as(flow: Flow, ids: Iterable[str], *, live: bool) -> dict[str, Money]:
    """What we know of these, whichever day we took them for."""
    if flow == Flow.PAYMENTS:
        rows = Payment.objects.filter(stripe_id__in=ids, livemode=live)
        return by_id(rows.values_list("stripe_id", "amount", "currency"))
    moved = Movement.objects.filter(kind=WENT_BACK[flow], stripe_id__in=ids, livemode=live, returned__gt=0)
    return by_id(moved.values_list("stripe_id", "returned", "currency"))


def by_id(rows: Iterable[tuple[str, int, str]]) -> dict[str, Money]:
    """The rows as sums of money."""
    return {stripe_id: Money(amount, currency.upper()) for stripe_id, amount, currency in rows}


def never_paid(ids: Iterable[str]) -> set[str]:
    """Which of these refunds only let go of money that was never paid."""
    rows = Movement.objects.filter(stripe_id__in=ids, last_error=Movement.Obstacle.NEVER_PAID)
    return set(rows.values_list("stripe_id", flat=True))


def accounts(first: datetime, end: datetime) -> list[str]:
    """The accounts at Stripe to look into: the installation's own, which is empty, those of its clinics, any other."""
    seen = {"", *settings.CLINIC_PROFILES} | set(
        paid(first, end).order_by().values_list("account", flat=True).distinct()
    )
    moved = Movement.objects.filter(moved_at__gte=first, moved_at__lt=end)
    return sorted(seen | set(moved.order_by().values_list("account", flat=True).distinct()))


def documents(first: datetime, end: datetime, *, at_once: int = 500) -> Iterator[tuple[Receipt, str]]:
    """Each document that was issued in this time with the standing of its letter, in the order of issue.

    Read so many at a time, each page beginning where the one before has ended: years of them take no more memory.
    """
    rows = with_standing(Receipt.objects.filter(issued_at__gte=first, issued_at__lt=end)).order_by("issued_at", "pk")
    page = list(rows[:at_once])
    while page:
        yield from ((receipt, receipt.standing) for receipt in page)
        last = page[-1]
        behind = Q(issued_at__gt=last.issued_at) | Q(issued_at=last.issued_at, pk__gt=last.pk)
        page = list(rows.filter(behind, issued_at__gte=last.issued_at)[:at_once])
