"""A stand-in for Stripe, if the service asks one: there the lab can put the objects that a thin event names."""

from __future__ import annotations

import json
from collections.abc import Sequence

import requests

from payments_service.operating.lab.shapes import Object

SECONDS = 5
STRIPES_OWN = "https://api.stripe.com"


def knows(base: str, objects: Sequence[Object]) -> bool:
    """Tell the stand-in of these objects; False when there is none at this address. The real Stripe isn't asked."""
    if base.rstrip("/") == STRIPES_OWN:
        return False
    try:
        answers = [
            requests.post(f"{base}/_standin/objects", {"object": json.dumps(each)}, timeout=SECONDS) for each in objects
        ]
    except requests.RequestException:
        return False
    return all(answer.ok for answer in answers)
