"""What a route is given, what it answers and how it says no, in Stripe's words; server.py turns all of it into HTTP."""

import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Self

from tests.stripe_events import Payload


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the stand-in: `parts` are what the route's pattern captured, `params` the form or the query."""

    method: str
    path: str
    params: dict[str, Any]
    parts: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The API key, from either of the two headers that Stripe takes; empty without one."""
        scheme, _, given = self.headers.get("authorization", "").partition(" ")
        return b64decode(given).decode().partition(":")[0] if scheme == "Basic" else given

    @property
    def account(self) -> str:
        """The connected account in whose name is asked; empty for our own."""
        return self.headers.get("stripe-account", "")

    @property
    def livemode(self) -> bool:
        """Whether the key is one for real money."""
        return self.key.startswith(("sk_live_", "rk_live_"))


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `location` is where a redirect goes, `retry_after` for how many seconds not to come again."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    location: str | None = None
    retry_after: int | None = None

    @classmethod
    def json(cls, payload: Payload, *, status: int = 200, retry_after: int | None = None) -> Self:
        """An object, or a list of them, as Stripe prints it."""
        return cls(status, json.dumps(payload, indent=2).encode(), retry_after=retry_after)

    @classmethod
    def page(cls, html: str) -> Self:
        """A page for a browser."""
        return cls(200, html.encode(), "text/html; charset=utf-8")

    @classmethod
    def away(cls, location: str) -> Self:
        """A redirect after a form."""
        return cls(303, location=location)


class Refused(Exception):
    """An answer in the shape of Stripe's errors."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None,
        kind: str = "invalid_request_error", retry_after: int | None = None,
    ) -> None:  # fmt: skip
        """`kind` is Stripe's `type`, `param` the parameter that is at fault."""
        super().__init__(message)
        self.status, self.retry_after = status, retry_after
        facts = {"code": code, "message": message, "param": param, "type": kind}
        self.payload: Payload = {"error": {name: fact for name, fact in facts.items() if fact is not None}}


def no_such(kind: str, id: str) -> Refused:
    """404 as Stripe words it, for an id that isn't there."""
    return Refused(404, f"No such {kind}: '{id}'", code="resource_missing", param="id")


def missing(param: str) -> Refused:
    """400 as Stripe words it, for a required parameter that wasn't sent."""
    return Refused(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def within(created: int, bounds: dict[str, str]) -> bool:
    """Whether an instant is inside the range that `created[gte]` and its like ask for."""
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(tests[name](created, int(bound)) for name, bound in bounds.items())


def listing(url: str, data: list[Payload], params: dict[str, Any]) -> Payload:
    """One page of Stripe's lists; `data` is newest first; honours `limit` (10 unless told) and `starting_after`."""
    if after := params.get("starting_after"):
        ids = [each["id"] for each in data]
        if after not in ids:
            raise no_such("object", after)
        data = data[ids.index(after) + 1 :]
    limit = int(params.get("limit", 10))
    return {"object": "list", "url": url, "has_more": len(data) > limit, "data": data[:limit]}
