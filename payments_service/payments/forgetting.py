"""Forgets who paid and for what, and keeps the money: ids, amounts, instants, numbers of documents.

What is forgotten stays so: `services` takes in nothing personal for such a payment, whatever Stripe says later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from payments_service.payments import services
from payments_service.payments.models import Checkout, Movement, Payment

PAYABLE = timedelta(hours=24)
"""How long Stripe's page takes money: https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at"""

UNDER_WAY = Movement.objects.filter(payment=OuterRef("pk"), due_at__isnull=False)


def overdue_payments(before: datetime) -> QuerySet[Payment]:
    """Payments recorded before then that nothing is to be done about, and that still know somebody."""
    rows = Payment.objects.filter(forgotten_at=None, recorded_at__lt=before, due_at=None)
    return rows.exclude(Exists(UNDER_WAY))


def overdue_checkouts(before: datetime) -> QuerySet[Checkout]:
    """Checkouts opened before then, without those whose payment still knows somebody."""
    remembered = Payment.objects.filter(checkout=OuterRef("pk"), forgotten_at=None)
    return Checkout.objects.filter(forgotten_at=None, created_at__lt=before).exclude(Exists(remembered))


def payable(now: datetime) -> QuerySet[Checkout]:
    """Checkouts that nobody has paid, and that somebody still may."""
    waiting = (Checkout.Status.OPENING, Checkout.Status.OPEN)
    rows = Checkout.objects.filter(status__in=waiting, created_at__gt=now - PAYABLE, forgotten_at=None)
    return rows.exclude(Exists(Payment.objects.filter(checkout=OuterRef("pk"))))


def purge_payments(*, before: datetime, limit: int) -> int:
    """Forget who the oldest of these payments were from; how many."""
    return forget(overdue_payments(before).order_by("recorded_at"), limit=limit)


def purge_checkouts(*, before: datetime, limit: int) -> int:
    """Forget whom the oldest of these checkouts were for; how many."""
    oldest = overdue_checkouts(before).order_by("created_at").values_list("pk", flat=True)[:limit]
    return forget_checkouts(list(oldest))


def forget(payments: QuerySet[Payment], *, limit: int | None = None) -> int:
    """Forget who these were from, one after another; how many. Call inside a transaction."""
    rows = list(payments.select_for_update(of=("self",))[:limit])
    for row in rows:
        row.forgotten_at, row.email = Now(), ""
        row.evidence = {key: services.without_person(facts) for key, facts in row.evidence.items()}
        row.save(update_fields=["forgotten_at", "email", "evidence"])
    return len(rows)


def forget_checkouts(ids: Iterable[int]) -> int:
    """Forget whom these checkouts were for, and what was done; how many. What Stripe calls them stays."""
    rows = list(Checkout.objects.filter(pk__in=list(ids)).select_for_update())
    for row in rows:
        row.forgotten_at = Now()
        row.visit_id = row.patient_name = row.patient_email = row.locale = row.success_url = row.cancel_url = ""
        row.url, row.service = "", {}
        row.lines = [line | {"description": ""} for line in row.lines]
    Checkout.objects.bulk_update(rows, CHECKOUT)
    return len(rows)


CHECKOUT = [
    *("visit_id", "patient_name", "patient_email", "locale", "success_url", "cancel_url"),
    *("url", "service", "lines", "forgotten_at"),
]


def is_forgotten(stripe_ids: Iterable[str]) -> bool:
    """Whether one of these is a payment that was forgotten, by any of its ids, or a refund or dispute of one."""
    return bool(forgotten_among(stripe_ids))


def forgotten_among(stripe_ids: Iterable[str]) -> set[str]:
    """The names of what `is_forgotten` tells, in two statements for any number."""
    names = list(stripe_ids)
    if not names:
        return set()
    paid = Payment.objects.filter(Q(stripe_id__in=names) | Q(charge__in=names), forgotten_at__isnull=False)
    moved = Movement.objects.filter(stripe_id__in=names, payment__forgotten_at__isnull=False)
    return {*chain(*paid.values_list("stripe_id", "charge")), *moved.values_list("stripe_id", flat=True)} - {""}


def is_remembered(stripe_ids: Iterable[str]) -> bool:
    """Whether one of these is a payment or a checkout that still knows somebody, by any of its ids."""
    names = list(stripe_ids)
    mine = Q(stripe_id__in=names) | Q(charge__in=names) | Q(session__in=names)
    if Payment.objects.filter(mine, forgotten_at=None).exists():
        return True
    opened = Q(reference__in=names) | Q(stripe_session_id__in=names)
    return Checkout.objects.filter(opened, forgotten_at=None).exists()
