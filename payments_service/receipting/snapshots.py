"""Builds the frozen snapshot of a receipt from a payment, what is known of it, and our own checkout. No network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from payments_service.payments.models import Checkout, Payment
from payments_service.payments.stripe_facts import Facts
from payments_service.receipting import clinic, words
from payments_service.receipting.profiles import Profile
from receipts import kinds, taxes
from receipts.snapshot import Line, Method, Service, Snapshot


def receipt_of(payment: Payment, facts: Facts, *, items: Iterable[dict[str, Any]], profile: Profile) -> Snapshot:
    """The clinic's receipt for a payment: what was paid is Stripe's word, what for is ours where we have it."""
    locale = language(payment.checkout, facts, profile=profile)
    lines = fitting_lines(payment.checkout, items, facts=facts, locale=locale)
    return Snapshot(
        kind=kinds.RECEIPT,
        reference=payment.stripe_id,
        test=not facts.livemode,
        currency=facts.currency.upper(),
        total=facts.amount,
        paid_at=datetime.fromtimestamp(facts.paid_at, UTC),
        locale=locale,
        timezone=profile.time_zone,
        clinic=clinic.on_paper(profile),
        lines=lines,
        taxes=taxes.breakdown(lines),
        patient_name=payment.checkout.patient_name if payment.checkout else "",
        payer_name=facts.name,
        service=service_of(payment.checkout),
        method=Method(facts.method_type, facts.method_brand, facts.method_last4, facts.method_wallet),
    )


def language(checkout: Checkout | None, facts: Facts, *, profile: Profile) -> str:
    """The patient's locale: as the clinic knows it, else as Stripe's page was shown, else the clinic's own."""
    return (checkout.locale if checkout else "") or facts.locale or profile.locale


def service_of(checkout: Checkout | None) -> Service:
    """The visit that was paid for."""
    return Service(**checkout.service) if checkout else Service()


def fitting_lines(
    checkout: Checkout | None, items: Iterable[dict[str, Any]], *, facts: Facts, locale: str
) -> tuple[Line, ...]:
    """The best lines that add up to what was paid: ours, Stripe's, or one for the whole amount.

    Those of a visit that was forgotten before it was paid no longer say what was done, and are payments.
    """
    payment = words.of(locale).say("Payment")
    for lines in (own_lines(checkout), stripe_lines(items)):
        if lines and sum(line.amount for line in lines) == facts.amount:
            return tuple(replace(line, description=line.description or payment) for line in lines)
    description = facts.description or payment
    return (Line(description=description, quantity=1, unit_amount=facts.amount, amount=facts.amount),)


def own_lines(checkout: Checkout | None) -> tuple[Line, ...]:
    """The lines that the booking system gave us."""
    return tuple(
        Line(**line, amount=line["quantity"] * line["unit_amount"]) for line in (checkout.lines if checkout else [])
    )


def stripe_lines(items: Iterable[dict[str, Any]]) -> tuple[Line, ...]:
    """The line items of a session that was made elsewhere."""
    return tuple(stripe_line(item) for item in items)


def stripe_line(item: dict[str, Any]) -> Line:
    """One line item; with a discount or a tax on top, its unit price is what was really paid for one."""
    amount, quantity = item["amount_total"], item.get("quantity") or 1
    if amount % quantity:
        quantity = 1
    rates = [tax["rate"]["percentage"] for tax in item.get("taxes") or [] if tax.get("rate") and tax.get("amount")]
    return Line(
        description=item.get("description") or "",
        quantity=quantity,
        unit_amount=amount // quantity,
        amount=amount,
        tax_rate=f"{rates[0]:g}" if len(rates) == 1 else "",
    )
