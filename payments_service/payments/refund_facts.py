"""What Stripe's objects say about money that goes back. Pure; neighbour of `stripe_facts`, which says what came.

A refund speaks in events of five names, as itself or inside its charge (`refunds`, gone from charges since 2022-11-15),
a dispute in five more. Amounts are in the currency's minor unit as Stripe counts it, instants are Unix seconds.

When money counts as gone back:

A refund when it has *succeeded*, which to Stripe means that it was initiated for good. A *pending* one may still wait
for the account's balance or for the bank, and one that *requires action* for the payer: either may end as canceled or
failed without ever having moved anything. A succeeded one can still fail, when the bank sends the money back.
https://support.stripe.com/questions/understanding-refund-statuses and https://docs.stripe.com/refunds#failed-refunds

A dispute when it is *lost*. Stripe withdraws the amount as soon as a dispute opens, but that is held and not given
away: a dispute that is won brings it back, and an inquiry (`warning_...`) or a prevented dispute moves nothing. While a
lost one is appealed it stays lost. https://docs.stripe.com/disputes/how-disputes-work
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from payments_service.payments.stripe_facts import id_of, text

REFUND, DISPUTE = "refund", "dispute"

PENDING = ("requires_action", "pending")
SUCCEEDED = "succeeded"
CAME_TO_NOTHING = ("failed", "canceled")
REFUND_PROGRESS = (*PENDING, SUCCEEDED, *CAME_TO_NOTHING)
"""A refund's status only moves from left to right, so the rightmost that was ever said is the last one."""

LOST = ("lost", "appeal_needs_response", "appeal_under_review")
WON = "won"
DISPUTE_PROGRESS = ("warning_needs_response", "warning_under_review", "needs_response", "under_review", *LOST, WON)
"""A dispute's status may return (lost, appealed, lost): what was said last counts, and within one second this order."""

NEVER_CAPTURED = "expired_uncaptured_charge"
"""The reason that Stripe gives when it only lets go of an amount that was held and never paid."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one object of Stripe's says about one refund or dispute; an empty value says nothing.

    `movement` is the refund's or dispute's id, `said_at` when Stripe said it, `origin` the id of the event. What a
    dispute took from the clinic's balance at Stripe and gave back to it is `withdrawn` and `reinstated`, both positive
    and in `settled_in`, the balance's currency. `undone_at` is when money that had gone back came again.
    """

    movement: str
    kind: str
    origin: str = ""
    said_at: int = 0
    payment_intent: str = ""
    charge: str = ""
    livemode: bool = False
    account: str = ""
    amount: int = 0
    currency: str = ""
    status: str = ""
    reason: str = ""
    created: int = 0
    settled_in: str = ""
    withdrawn: int = 0
    withdrawn_at: int = 0
    reinstated: int = 0
    undone_at: int = 0

    @property
    def payment(self) -> str:
        """The id of the payment that it takes from, as payments are named."""
        return self.payment_intent or self.charge

    @property
    def moved_at(self) -> int:
        """When the money left."""
        return self.withdrawn_at or self.created

    @property
    def returned(self) -> int:
        """How much of the payment has gone back and stays there, as far as this is known; see the module."""
        if self.kind == REFUND:
            return self.amount if self.status == SUCCEEDED else 0
        return kept_by_the_bank(self) if self.status in LOST else 0


def from_event(event: Mapping[str, Any]) -> list[Facts]:
    """The facts of an event about refunds or a dispute; a charge that lists no refunds tells none."""
    about: dict[str, Any] = {"origin": event["id"], "account": event.get("account") or ""}
    about["livemode"] = event["livemode"]  # a refund doesn't say it itself
    found = from_object(event["data"]["object"], said_at=event["created"])
    return [dataclasses.replace(facts, **about) for facts in found]


def from_object(obj: Mapping[str, Any], *, said_at: int) -> list[Facts]:
    """The facts in a refund, a dispute, or a captured charge with its list of refunds.

    Left out is what has no payment behind it, and what only let go of money that was never paid.
    """
    return [facts for facts in read(obj, said_at=said_at) if facts.payment and facts.reason != NEVER_CAPTURED]


def read(obj: Mapping[str, Any], *, said_at: int) -> Iterator[Facts]:
    """Everything that the object says."""
    match obj.get("object"):
        case "refund":
            yield from_refund(obj, said_at=said_at)
        case "dispute":
            yield from_dispute(obj, said_at=said_at)
        case "charge" if obj.get("captured"):
            intent = id_of(obj.get("payment_intent"))
            for refund in (obj.get("refunds") or {}).get("data") or []:
                facts = from_refund(refund, said_at=said_at)
                yield dataclasses.replace(facts, charge=obj["id"], payment_intent=facts.payment_intent or intent)


def from_refund(refund: Mapping[str, Any], *, said_at: int) -> Facts:
    """A refund in whatever state."""
    status = text(refund.get("status"))
    return Facts(
        movement=refund["id"],
        kind=REFUND,
        said_at=said_at,
        payment_intent=id_of(refund.get("payment_intent")),
        charge=id_of(refund.get("charge")),
        amount=refund["amount"],
        currency=text(refund.get("currency")),
        status=status,
        reason=text(refund.get("reason")),
        created=refund["created"],
        undone_at=said_at if status in CAME_TO_NOTHING else 0,
    )


def from_dispute(dispute: Mapping[str, Any], *, said_at: int) -> Facts:
    """A dispute in whatever state, with what moved on the clinic's balance because of it."""
    status = text(dispute.get("status"))
    moves = [move for move in dispute.get("balance_transactions") or [] if isinstance(move, Mapping)]
    away, back = [move for move in moves if move["amount"] < 0], [move for move in moves if move["amount"] > 0]
    return Facts(
        movement=dispute["id"],
        kind=DISPUTE,
        said_at=said_at,
        payment_intent=id_of(dispute.get("payment_intent")),
        charge=id_of(dispute.get("charge")),
        livemode=bool(dispute.get("livemode")),
        amount=dispute["amount"],
        currency=text(dispute.get("currency")),
        status=status,
        reason=text(dispute.get("reason")),
        created=dispute["created"],
        settled_in=text(moves[0].get("currency")) if moves else "",
        withdrawn=-sum(move["amount"] for move in away),
        withdrawn_at=min((move["created"] for move in away), default=0),
        reinstated=sum(move["amount"] for move in back),
        undone_at=min((move["created"] for move in back), default=said_at if status == WON else 0),
    )


def kept_by_the_bank(dispute: Facts) -> int:
    """What of a lost dispute stayed with the payer's bank, in the dispute's currency.

    Stripe gives a part back when the payment had been refunded in part before. A balance in another currency says only
    which share of the amount that is.
    """
    stays = max(dispute.withdrawn - dispute.reinstated, 0)
    if not dispute.withdrawn:
        return dispute.amount
    if dispute.settled_in == dispute.currency:
        return stays
    return (2 * dispute.amount * stays + dispute.withdrawn) // (2 * dispute.withdrawn)


def merge(facts: Iterable[Facts]) -> Facts:
    """All that is known of one refund or dispute, the same for the same facts in any order and number.

    What was said last is believed; an empty value never replaces one that says something. There is at least one fact.
    """
    newest_first = sorted(set(facts), key=lambda each: (each.said_at, progress(each), repr(each)), reverse=True)
    merged: dict[str, Any] = {}
    for field in dataclasses.fields(Facts):
        said = (getattr(each, field.name) for each in newest_first)
        merged[field.name] = next((value for value in said if value), getattr(newest_first[0], field.name))
    if merged["kind"] == REFUND:
        merged["status"] = max(newest_first, key=progress).status
    merged["undone_at"] = min((each.undone_at for each in newest_first if each.undone_at), default=0)
    return Facts(**merged)


def progress(facts: Facts) -> int:
    """How far along a status is; before all that we know comes one that we don't, and before that none at all."""
    order = REFUND_PROGRESS if facts.kind == REFUND else DISPUTE_PROGRESS
    return order.index(facts.status) if facts.status in order else -1 if facts.status else -2
