"""Builds the frozen snapshot of what corrects a receipt: a refund, a lost dispute, or what undoes one of these.

Who and what was paid for is the receipt's word, and so is the calendar; the clinic is that of today. No network.

Taxes go back in proportion, per rate. All documents of a payment together always hold the share of what has gone back
so far (`receipts.taxes.share`), so that parts which sum to the whole undo the receipt's taxes exactly; a document
that takes another one back altogether holds that one's taxes the other way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from payments_service.payments import movements
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import clinic, selectors, words
from payments_service.receipting.profiles import Profile
from receipts import frozen, kinds, taxes
from receipts.models import Receipt
from receipts.snapshot import Correction, Line, Snapshot, Tax

KINDS = {
    (Movement.Kind.REFUND, False): kinds.REFUND,
    (Movement.Kind.REFUND, True): kinds.REFUND_REVERSAL,
    (Movement.Kind.DISPUTE, False): kinds.DISPUTE,
    (Movement.Kind.DISPUTE, True): kinds.DISPUTE_REVERSAL,
}


def snapshot_of(movement: Movement, payment: Payment, *, profile: Profile) -> Snapshot:
    """The document that a refund or dispute wants now, after all that was issued for its payment before.

    Call it with the payment's row locked: then each document of a payment knows all that came before it.
    """
    receipt = Receipt.objects.get(number=payment.receipt_number)
    original, earlier = frozen.from_json(receipt.snapshot), selectors.corrections_of(payment)
    undone = next((each for each in earlier if each.number == movement.document_number), None)
    amount = movement.documented - movement.returned
    correction = correction_of(receipt, undone, returned=-amount - sum(each.amount for each in earlier))
    kind = KINDS[Movement.Kind(movement.kind), undone is not None]
    return dataclasses.replace(
        original,
        kind=kind,
        reference=movement.stripe_id,
        total=amount,
        paid_at=moment_of(movement),
        clinic=clinic.on_paper(profile),
        lines=(line_of(kind, amount, original=original),),
        taxes=taxes_of(original, earlier, undone, amount=amount, returned=correction.returned),
        template_version="",
        correction=correction,
    )


def correction_of(receipt: Receipt, undone: Receipt | None, *, returned: int) -> Correction:
    """What is corrected, and how the payment stands afterwards."""
    zone = ZoneInfo(receipt.snapshot["timezone"])
    return Correction(
        receipt=receipt.number,
        issued_on=receipt.issued_at.astimezone(zone).date().isoformat(),
        undoes=undone.number if undone else "",
        undone_issued_on=undone.issued_at.astimezone(zone).date().isoformat() if undone else "",
        payment=receipt.reference,
        paid=receipt.amount,
        returned=returned,
    )


def moment_of(movement: Movement) -> datetime:
    """When the money went, or when it came back."""
    facts = movements.known(movement)
    came_back = facts.undone_at or facts.said_at
    return datetime.fromtimestamp(came_back if movement.document_number else facts.moved_at, UTC)


def line_of(kind: str, amount: int, *, original: Snapshot) -> Line:
    """One line for the whole amount, with the rate of its tax where the receipt has one for all of it."""
    taxed = original.taxes[0] if len(original.taxes) == 1 else Tax(rate="", net=0, amount=0)
    rate = taxed.rate if taxed.net + taxed.amount == original.total else ""
    description = described(kind, full=-amount == original.total, locale=original.locale)
    return Line(description=description, quantity=1, unit_amount=amount, amount=amount, tax_rate=rate)


def described(kind: str, *, full: bool, locale: str) -> str:
    """What the line is about."""
    say = words.of(locale).say
    return {
        kinds.REFUND: say("Full refund") if full else say("Partial refund"),
        kinds.REFUND_REVERSAL: say("Refund taken back"),
        kinds.DISPUTE: say("Chargeback"),
        kinds.DISPUTE_REVERSAL: say("Chargeback taken back"),
    }[kind]


def taxes_of(
    original: Snapshot, earlier: Sequence[Receipt], undone: Receipt | None, *, amount: int, returned: int
) -> tuple[Tax, ...]:
    """The taxes in the amount; see the module for how they are shared."""
    if undone and amount == -undone.amount:
        return taxes.negated(frozen.from_json(undone.snapshot).taxes)
    so_far = [tax for each in earlier for tax in frozen.from_json(each.snapshot).taxes]
    share = taxes.share(original.taxes, part=returned, whole=original.total)
    return taxes.negated(taxes.summed(*share, *so_far))
