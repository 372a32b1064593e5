"""How a payment stands by all of its documents: what came, what of it went back, and which way. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from receipts import kinds
from receipts.snapshot import Snapshot

REFUNDS = frozenset({kinds.REFUND, kinds.REFUND_REVERSAL})


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts are in the currency's minor unit. `corrected` says that there was anything beside the receipt."""

    currency: str
    paid: int
    refunded: int
    charged_back: int
    corrected: bool

    @property
    def returned(self) -> int:
        """What has gone back and stayed there."""
        return self.refunded + self.charged_back

    @property
    def balance(self) -> int:
        """What is left of the payment."""
        return self.paid - self.returned


def standing_of(receipt: Snapshot, corrections: Sequence[Snapshot]) -> Standing:
    """The payment of a receipt after all that corrects it."""
    refunds = [each.total for each in corrections if each.kind in REFUNDS]
    disputes = [each.total for each in corrections if each.kind not in REFUNDS]
    return Standing(
        currency=receipt.currency,
        paid=receipt.total,
        refunded=-sum(refunds),
        charged_back=-sum(disputes),
        corrected=bool(corrections),
    )
