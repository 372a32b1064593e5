"""The part of Stripe's API that keeps webhook endpoints: made, listed, changed. Beside api.py.

The secret is shown when an endpoint is made and never again, and the API version can't be changed, as at Stripe:
https://docs.stripe.com/api/webhook_endpoints
"""

import time
from secrets import token_hex

from scripts.stripe_standin.account import Account
from scripts.stripe_standin.api import ID
from scripts.stripe_standin.replies import Call, Refused, listing, missing
from tests.stripe_events import Payload, an_id

KIND = "webhook_endpoint"
SETTLED = "api_version"


def create(account: Account, call: Call) -> Payload:
    """POST /v1/webhook_endpoints with `url` and `enabled_events`; the one answer that has the `secret`."""
    for param in ("url", "enabled_events"):
        if not call.params.get(param):
            raise missing(param)
    taken = {"api_version": None, "description": None} | {
        name: call.params[name] for name in ("url", "enabled_events", SETTLED, "description") if name in call.params
    }
    made = {"id": an_id("we"), "object": KIND, "status": "enabled", "livemode": call.livemode, "metadata": {}}
    kept = account.keep(made | {"application": None, "created": int(time.time())} | taken)
    return kept | {"secret": f"whsec_{token_hex(16)}"}


def update(account: Account, call: Call) -> Payload:
    """POST /v1/webhook_endpoints/{id}: `url`, `enabled_events`, `disabled`."""
    found = account.find(KIND, call.parts[0])
    if SETTLED in call.params:
        raise Refused(400, f"Received unknown parameter: {SETTLED}", code="parameter_unknown", param=SETTLED)
    status = {"true": "disabled", "false": "enabled"}.get(call.params.get("disabled", ""), found["status"])
    changed = {name: call.params[name] for name in ("url", "enabled_events") if name in call.params}
    return account.keep(found | changed | {"status": status})


def list_all(account: Account, call: Call) -> Payload:
    """GET /v1/webhook_endpoints, newest first."""
    return listing(call.path, account.newest(KIND), call.params)


ROUTES = (
    ("POST", r"/v1/webhook_endpoints", create),
    ("GET", r"/v1/webhook_endpoints", list_all),
    ("POST", rf"/v1/webhook_endpoints/{ID}", update),
)
