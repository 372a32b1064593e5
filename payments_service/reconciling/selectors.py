"""Reads over what is stored, to compare Stripe's lists with. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, Q

from payments_service.payments.models import Movement, Payment
from payments_service.reconciling.models import Run
from payments_service.webhooks import signature, thin
from payments_service.webhooks.models import StripeEvent

TWINS_APART = timedelta(minutes=1)
"""How far apart Stripe makes the two styles of one event, at most. The delivered one doesn't name the other."""


def accounts() -> list[str]:
    """Every account to look into: the key's own, written as an empty text, and each connected one.

    That is one with a payment, or one that CLINIC_ACCOUNTS_FILE names: its first payment may be the one that was lost.
    """
    paid = Payment.objects.exclude(account="").order_by().values_list("account", flat=True).distinct()
    return sorted({"", *paid, *settings.CLINIC_PROFILES})


def states(event_ids: Collection[str]) -> dict[str, str]:
    """How far each of these events has come, of those that are stored."""
    return dict(StripeEvent.objects.filter(stripe_id__in=event_ids).values_list("stripe_id", "state"))


def thin_events(types: Collection[str], *, since: datetime, until: datetime) -> list[tuple[str, str, datetime]]:
    """Thin events of these types that were made about then: the snapshot's type, the object's id, and when.

    They can't have been received before they were made, and by that there is an index.
    """
    rows = StripeEvent.objects.filter(
        object=signature.THIN,
        type__in=[f"{thin.PREFIX}{each}" for each in types],
        received_at__gte=since - TWINS_APART,
        created__range=(since - TWINS_APART, until + TWINS_APART),
    )
    return [(thin.meaning(row), thin.related(json.loads(row.body))[1], row.created) for row in rows.iterator()]


def known_charges(charges: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of those charges whose payment is known, by themselves or by their payment intent."""
    names = {each["id"]: {each["id"], each.get("payment_intent")} - {None} for each in charges}
    wanted = set().union(*names.values())
    same = Payment.objects.filter(Q(stripe_id__in=wanted) | Q(charge__in=wanted))
    stored = {name for row in same.values_list("stripe_id", "charge") for name in row}
    return {charge for charge, known_as in names.items() if known_as & stored}


def known_movements(objects: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of those refunds and disputes that are known in the state in which they are."""
    rows = Movement.objects.filter(stripe_id__in=[each["id"] for each in objects])
    stored = set(rows.values_list("stripe_id", "status"))
    return {each["id"] for each in objects if (each["id"], each["status"]) in stored}


def beginning(*, now: datetime) -> datetime:
    """When this installation began to take events in: its first event or its first run; now when there is neither."""
    first_event = StripeEvent.objects.aggregate(at=Min("received_at"))["at"]
    first_run = Run.objects.aggregate(at=Min("started_at"))["at"]
    return min(at for at in (first_event, first_run, now) if at)


def open_runs(by: Run.By) -> Sequence[Run]:
    """Runs of Beat or of a person that stopped before their end, the last one first."""
    return list(Run.objects.filter(by=by, state=Run.State.OPEN).order_by("-pk"))
