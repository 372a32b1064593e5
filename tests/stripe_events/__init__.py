"""What Stripe sends, for tests and for the stand-in in scripts/: import the builders from here.

objects.json is Stripe's own published sample data, under the licence beside it.
"""

from tests.stripe_events.builders import (
    AMOUNT,
    CREATED,
    CURRENCY,
    EMAIL,
    NAME,
    VISA,
    a_charge,
    a_checkout_session,
    a_line_item,
    a_payment_intent,
    a_refund,
    an_event,
    by_type,
    events_of,
    events_of_a_delayed_payment,
    events_of_a_payment,
)
from tests.stripe_events.going_back import (
    LATER,
    a_balance_transaction,
    a_dispute,
    events_of_a_dispute,
    events_of_a_failing_refund,
    events_of_a_refund,
    refund_of,
    refunded,
)
from tests.stripe_events.shapes import Payload, an_id, sample
from tests.stripe_events.signing import body_of, signature_header
from tests.stripe_events.thin import a_thin_event
from tests.stripe_events.versions import API_VERSIONS, NEWEST, as_version

__all__ = [
    "AMOUNT",
    "API_VERSIONS",
    "CREATED",
    "CURRENCY",
    "EMAIL",
    "LATER",
    "NAME",
    "NEWEST",
    "VISA",
    "Payload",
    "a_balance_transaction",
    "a_charge",
    "a_checkout_session",
    "a_dispute",
    "a_line_item",
    "a_payment_intent",
    "a_refund",
    "a_thin_event",
    "an_event",
    "an_id",
    "as_version",
    "body_of",
    "by_type",
    "events_of",
    "events_of_a_delayed_payment",
    "events_of_a_dispute",
    "events_of_a_failing_refund",
    "events_of_a_payment",
    "events_of_a_refund",
    "refund_of",
    "refunded",
    "sample",
    "signature_header",
]
