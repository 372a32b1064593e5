"""What a route is given and how it says no, in Stripe's words; server.py turns both into HTTP."""

from dataclasses import dataclass, field
from typing import Any

from tests.stripe_events import Payload


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the stand-in: `parts` are what the route's pattern captured, `params` the form or the query."""

    method: str
    path: str
    params: dict[str, Any]
    parts: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An answer in the shape of Stripe's errors."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:  # fmt: skip
        """`kind` is Stripe's `type`, `param` the parameter that is at fault."""
        super().__init__(message)
        self.status = status
        facts = {"code": code, "message": message, "param": param, "type": kind}
        self.payload: Payload = {"error": {name: fact for name, fact in facts.items() if fact is not None}}


def no_such(kind: str, id: str) -> Refused:
    """404 as Stripe words it, for an id that isn't there."""
    return Refused(404, f"No such {kind}: '{id}'", code="resource_missing", param="id")


def missing(param: str) -> Refused:
    """400 as Stripe words it, for a required parameter that wasn't sent."""
    return Refused(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def listing(url: str, data: list[Payload], params: dict[str, Any]) -> Payload:
    """One page of Stripe's lists; `data` is newest first; honours `limit` (10 unless told) and `starting_after`."""
    if after := params.get("starting_after"):
        ids = [each["id"] for each in data]
        if after not in ids:
            raise no_such("object", after)
        data = data[ids.index(after) + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "url": url, "has_more": len(data) > limit, "data": data[:limit]}
