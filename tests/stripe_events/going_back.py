"""Builders of what Stripe sends when money goes back: refunds, also failing ones, and disputes in all their outcomes.

Each starts from the charge that was paid. A dispute has no sample among objects.json: its fields are those of
https://docs.stripe.com/api/disputes/object that matter to anybody here.
"""

from collections.abc import Sequence
from typing import Any

from tests.stripe_events.builders import AMOUNT, CREATED, CURRENCY, DAY, a_refund, an_event
from tests.stripe_events.shapes import Payload, an_id
from tests.stripe_events.versions import NEWEST

LATER = CREATED + DAY
OUTCOMES = ("open", "lost", "won", "inquiry")


def events_of_a_refund(
    charge: Payload, *, amount: int, earlier: Sequence[Payload] = (), created: int = LATER, api_version: str = NEWEST,
    livemode: bool = False, **fields: object,
) -> list[Payload]:  # fmt: skip
    """refund.created, charge.refunded, refund.updated and charge.refund.updated of one refund that went through.

    `earlier` are the refunds of the charge before it; the charge of an old API version lists them all, newest first.
    """
    refund = refund_of(charge, amount=amount, created=created, **fields)
    refunds = [refund, *earlier]
    told = refund | {
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "available"}}
    }
    about: dict[str, Any] = {"api_version": api_version, "livemode": livemode}
    return [
        an_event("refund.created", refund, created=created, **about),
        an_event("charge.refunded", refunded(charge, refunds, api_version=api_version), created=created, **about),
        an_event("refund.updated", told, created=created + 60, **about),
        an_event("charge.refund.updated", told, created=created + 60, **about),
    ]


def events_of_a_failing_refund(refund: Payload, *, created: int = LATER + DAY, **about: Any) -> list[Payload]:
    """refund.failed, refund.updated and charge.refund.updated: the bank has sent a refund back that had succeeded."""
    failed = refund | {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    failed |= {"failure_balance_transaction": an_id("txn")}
    previous = {"status": "succeeded", "failure_balance_transaction": None}
    return [
        an_event("refund.failed", failed, created=created, **about),
        an_event("refund.updated", failed, created=created, previous=previous, **about),
        an_event("charge.refund.updated", failed, created=created, previous=previous, **about),
    ]


def refund_of(charge: Payload, *, amount: int, **fields: object) -> Payload:
    """A refund of a charge, in its currency."""
    same = {"charge": charge["id"], "payment_intent": charge["payment_intent"], "currency": charge["currency"]}
    return a_refund(amount=amount, **(same | {"id": an_id("re"), "balance_transaction": an_id("txn")} | fields))


def refunded(charge: Payload, refunds: Sequence[Payload], *, api_version: str = NEWEST) -> Payload:
    """The charge after these refunds, newest first; those that failed don't count."""
    total = sum(refund["amount"] for refund in refunds if refund["status"] != "failed")
    after = charge | {"amount_refunded": total, "refunded": total == charge["amount"]}
    if api_version < "2022-11-15":
        listed = {
            "object": "list",
            "data": list(refunds),
            "has_more": False,
            "url": f"/v1/charges/{charge['id']}/refunds",
        }
        after |= {"refunds": listed | {"total_count": len(refunds)}}
    return after


def a_dispute(*, amount: int = AMOUNT, status: str = "needs_response", **fields: object) -> Payload:
    """A dispute about all of a payment, of which nothing has been withdrawn yet; other fields go on top as given."""
    dispute: Payload = {"id": an_id("dp"), "object": "dispute", "charge": an_id("ch"), "payment_intent": an_id("pi")}
    dispute |= {"amount": amount, "currency": CURRENCY, "created": LATER, "status": status, "reason": "fraudulent"}
    dispute |= {"balance_transactions": [], "is_charge_refundable": False, "livemode": False, "metadata": {}}
    return dispute | {"evidence_details": {"due_by": LATER + 7 * DAY, "has_evidence": False}} | fields


def a_balance_transaction(amount: int, *, created: int = LATER, currency: str = CURRENCY) -> Payload:
    """Money that a dispute takes from the balance (below zero, with Stripe's fee) or gives back to it."""
    fee = 2_000 if amount < 0 else 0
    move: Payload = {"id": an_id("txn"), "object": "balance_transaction", "type": "adjustment", "currency": currency}
    move |= {"reporting_category": "dispute" if amount < 0 else "dispute_reversal"}
    return move | {"amount": amount, "fee": fee, "net": amount - fee, "created": created, "status": "available"}


def events_of_a_dispute(
    charge: Payload, *, outcome: str, amount: int | None = None, created: int = LATER, api_version: str = NEWEST,
    **fields: object,
) -> list[Payload]:  # fmt: skip
    """What Stripe sends about a dispute from its opening to its outcome, one of OUTCOMES, in the usual order."""
    about = amount or charge["amount"]
    same = {"charge": charge["id"], "payment_intent": charge["payment_intent"], "currency": charge["currency"]}
    opened = a_dispute(amount=about, created=created, **(same | fields))
    if outcome == "inquiry":
        asked, closed = opened | {"status": "warning_needs_response"}, opened | {"status": "warning_closed"}
        return [
            an_event("charge.dispute.created", asked, created=created, api_version=api_version),
            an_event("charge.dispute.closed", closed, created=created + 30 * DAY, api_version=api_version),
        ]
    away = a_balance_transaction(-about, created=created, currency=charge["currency"])
    withdrawn = opened | {"balance_transactions": [away]}
    reviewed = withdrawn | {"status": "under_review"}
    events = [
        an_event("charge.dispute.created", opened, created=created, api_version=api_version),
        an_event("charge.dispute.funds_withdrawn", withdrawn, created=created, api_version=api_version),
        an_event("charge.dispute.updated", reviewed, created=created + DAY, api_version=api_version),
    ]
    decided = [] if outcome == "open" else decision(reviewed, outcome, created=created + 60 * DAY)
    return events + [an_event(kind, obj, created=created + 60 * DAY, api_version=api_version) for kind, obj in decided]


def decision(dispute: Payload, outcome: str, *, created: int) -> list[tuple[str, Payload]]:
    """Types and objects of the events that end a dispute; one that is won brings the money back."""
    if outcome == "lost":
        return [("charge.dispute.closed", dispute | {"status": "lost"})]
    back = a_balance_transaction(dispute["amount"], created=created, currency=dispute["currency"])
    won = dispute | {"status": "won"}
    reinstated = won | {"balance_transactions": [*dispute["balance_transactions"], back]}
    return [("charge.dispute.closed", won), ("charge.dispute.funds_reinstated", reinstated)]
