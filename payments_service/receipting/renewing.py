"""A fresh link in place of an old one: to the address on record and to no other. Beside `sending`."""

from __future__ import annotations

from datetime import datetime

import structlog

from notifications import messages, outbox
from payments_service.receipting import letters, selectors, sending
from receipts.models import Receipt

log = structlog.get_logger(__name__)


def send_fresh_link(receipt: Receipt, *, now: datetime) -> int | None:
    """Queue a letter with a new link to a document's payment; its message's id, None where there is no address.

    One in each hour of the clock: whoever asks again gets the same. It isn't `about` the receipt, whose own letter is
    what tells how the receipt has fared.
    """
    payment = selectors.payment_of(receipt)
    if not messages.is_address(payment.email):
        log.info("fresh_link_not_addressable", receipt=payment.receipt_number)
        return None
    first = selectors.documents_of(payment)[0]
    letter, ours = letters.fresh_link_for(first), sending.mailboxes(first, payment)
    about = f"{payment.receipt_number}:link"
    email = sending.addressed(letter, ours, to=payment.email, about=about, occasion=f"{about}:{now:%Y-%m-%dT%H}")
    message_id = outbox.enqueue(email)
    log.info("fresh_link_queued", receipt=payment.receipt_number, message=message_id)
    return message_id
