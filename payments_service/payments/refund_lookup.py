"""Refunds that a charge speaks of without listing them, as charges do since API version 2022-11-15. Beside `movements`.

Usually `refund.created` tells them a moment before or after. An endpoint that isn't sent that one gets the charge
alone: then Stripe is asked, and without a key the charge's event waits until each refund has told of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings

from payments_service.payments import movements, refund_facts, stripe_api
from payments_service.payments.refund_facts import Facts
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

NOT_TOLD = "refunds_not_told"


def missing(event: Mapping[str, Any]) -> list[Facts]:
    """The refunds of a `charge.refunded` event, asked from Stripe; none when the rows known already add up to it.

    Raises TryLater while Stripe can't be asked.
    """
    charge = event["data"]["object"]
    if not charge.get("captured") or movements.refunds_known(charge["id"]) >= refunded(charge):
        return []
    if not settings.STRIPE_API_KEY:
        raise TryLater(NOT_TOLD)
    try:
        found = stripe_api.refunds_of(charge["id"], account=event.get("account") or "")
    except GiveUp as failure:
        log.warning("stripe_has_no_answer", charge=charge["id"], code=failure.code)
        return []
    return [facts for each in found for facts in refund_facts.from_event({**event, "data": {"object": each}})]


def refunded(charge: Mapping[str, Any]) -> int:
    """How much a charge says to have given back, without what was only held and let go of when it was captured."""
    captured = charge.get("amount_captured") or charge["amount"]
    return int((charge.get("amount_refunded") or 0) - (charge["amount"] - captured))
