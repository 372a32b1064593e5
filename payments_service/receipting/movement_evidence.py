"""What is known of a refund or dispute when its document is issued; neighbour of `evidence`, which is for payments."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from payments_service.payments import movements, refund_facts, stripe_api, stripe_facts
from payments_service.payments.models import Movement
from payments_service.receipting import evidence


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe says now, if it was asked: about the refund or dispute, and about a payment that we don't know.

    `never_paid` means that there is no such payment to know: nothing was ever captured.
    """

    facts: tuple[refund_facts.Facts, ...] = ()
    payment: tuple[stripe_facts.Facts, ...] = ()
    never_paid: bool = False


def ask(movement: Movement, *, now: datetime) -> Answer:
    """Stripe's answer about a claimed refund or dispute. Raises TryLater while it is worth waiting for a better one."""
    if not settings.STRIPE_API_KEY:
        return Answer()
    said_at = int(now.timestamp())
    facts = evidence.patiently(lambda: itself(movement, said_at=said_at), row=movement) or ()
    if movement.payment or movements.payment_of(movement):
        return Answer(facts=facts)
    payment = evidence.patiently(lambda: its_payment(movement, said_at=said_at), row=movement)
    return Answer(facts=facts, payment=payment or (), never_paid=payment == ())


def itself(movement: Movement, *, said_at: int) -> tuple[refund_facts.Facts, ...]:
    """The refund or dispute as it stands now."""
    fetch = stripe_api.refund if movement.kind == Movement.Kind.REFUND else stripe_api.dispute
    found = refund_facts.from_object(fetch(movement.stripe_id, account=movement.account), said_at=said_at)
    return tuple(dataclasses.replace(facts, origin="api", account=movement.account) for facts in found)


def its_payment(movement: Movement, *, said_at: int) -> tuple[stripe_facts.Facts, ...]:
    """The payment that it takes from, whose own events never came; nothing when it was never captured."""
    if movement.payment_intent:
        paid = stripe_api.payment_intent(movement.payment_intent, account=movement.account)
    else:
        paid = stripe_api.charge(movement.charge, account=movement.account)
    return tuple(dataclasses.replace(facts, account=movement.account) for facts in evidence.read(paid, said_at=said_at))
