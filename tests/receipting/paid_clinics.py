"""What was paid into the accounts of a group of clinics (tests/clinics.py), and the receipts for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from payments_service.payments.models import Payment
from receipts.models import Receipt
from tests.builders import issue, payment_of, render, take_in
from tests.stripe_events import Payload, by_type, events_of_a_payment


def paid_into(account: str, events: Sequence[Payload]) -> list[Payload]:
    """The events as Stripe sends them about a connected account; our own has an empty name."""
    return [event | {"account": account} for event in events] if account else list(events)


def a_payment_into(account: str, **about: Any) -> tuple[Payment, Payload]:
    """A payment into an account, recorded and without its receipt, and its charge."""
    events = events_of_a_payment(**about)
    take_in(paid_into(account, events))
    return payment_of(events), by_type(events, "charge.succeeded")["data"]["object"]


def a_receipt_of(account: str, **about: Any) -> tuple[Receipt, Payload]:
    """A rendered receipt of the clinic with that account, and the charge that was paid."""
    payment, charge = a_payment_into(account, **about)
    receipt = issue(payment)
    assert receipt is not None
    render(receipt)
    return Receipt.objects.get(pk=receipt.pk), charge
