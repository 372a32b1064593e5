"""Stripe's list of our webhook endpoints: read, made, changed. What they should be is `endpoints`' to say."""

from __future__ import annotations

from typing import Any

import stripe
from django.conf import settings

from payments_service.operating import endpoints
from payments_service.operating.endpoints import Endpoint, Wanted
from payments_service.webhooks.handlers import HANDLERS

MOST = 100
DESCRIPTION = "Receipts of payments_service"


def wanted(url: str = "") -> Wanted:
    """The endpoint as this release needs it, at the service's own address unless told.

    A new one speaks the API version of the library that is installed here: what Stripe posts and what it answers then
    have one shape, whatever the account's default is.
    """
    address = url or f"{settings.PUBLIC_URL.rstrip('/')}/webhooks/stripe/"
    return Wanted(address, tuple(HANDLERS), stripe.api_version)


def listed(client: stripe.StripeClient) -> list[Endpoint]:
    """Every endpoint of the account, in the key's mode; Stripe allows sixteen."""
    found = client.v1.webhook_endpoints.list({"limit": MOST})
    return [endpoints.read(each.to_dict()) for each in found.data]


def make(client: stripe.StripeClient, new: Wanted) -> tuple[Endpoint, str]:
    """A new endpoint, and the signing secret that Stripe shows this once."""
    asked: dict[str, Any] = {"url": new.url, "enabled_events": list(new.types), "api_version": new.api_version}
    made = client.v1.webhook_endpoints.create(
        asked | {"description": DESCRIPTION}  # type: ignore[arg-type]  # plain dict, the library wants a TypedDict
    ).to_dict()
    return endpoints.read(made), str(made["secret"])


def change(client: stripe.StripeClient, found: Endpoint, new: Wanted) -> Endpoint:
    """The endpoint with exactly these event types, switched on; its secret and API version stay."""
    asked: dict[str, Any] = {"enabled_events": list(new.types), "disabled": False}
    changed = client.v1.webhook_endpoints.update(found.id, asked)  # type: ignore[arg-type]  # as above
    return endpoints.read(changed.to_dict())
