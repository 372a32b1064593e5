"""`/api/v1/receipts`: what was issued, how it was delivered, the PDF, and sending it again."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema, Status

from notifications import messages
from notifications.fields import Address
from notifications.tasks import deliver_email
from payments_service.receipting import selectors, sending
from receipts import filing, storage
from receipts import selectors as receipts
from receipts.models import Receipt
from servicekit.api import IdempotencyKey, Unfit
from servicekit.celery import nudge
from servicekit.fields import Id, Strict
from servicekit.openapi import PDF, refusals

router = Router(tags=["receipts"])


class ReceiptOut(Schema):
    """A document. `amount` is in the currency's minor unit, below zero for money that went back to the payer.

    `corrects` is the number of the receipt that a refund or chargeback corrects; `pdf` and `sha256` are empty until
    it is rendered. `delivery` is how its newest email fares (queued, sent, delivered, bounced, failed), or waiting for
    the PDF, needs_recipient, forgotten, or handed_over by hand; `delivery_code` says why or how, or that somebody
    complained.
    `account` is the connected account that was paid into, empty for the installation's own.
    """

    account: str
    number: str
    kind: str
    corrects: str
    amount: int
    currency: str
    status: str
    issued_at: dt.datetime
    sha256: str
    pdf: str
    delivery: str
    delivery_code: str

    @classmethod
    def of(cls, receipt: Receipt) -> ReceiptOut:
        """The row as the API shows it, with the state of its newest email."""
        delivery = selectors.delivery_of(receipt)
        path = reverse("payments:receipt_pdf", args=[receipt.number])
        return cls(
            account=selectors.payment_of(receipt).account,
            number=receipt.number,
            kind=receipt.kind,
            corrects=receipt.snapshot.get("correction", {}).get("receipt", ""),
            amount=receipt.amount,
            currency=receipt.currency.lower(),
            status="purged" if receipt.purged_at else "rendered" if receipt.pdf_key else "issued",
            issued_at=receipt.issued_at,
            sha256=receipt.pdf_sha256,
            pdf=f"{settings.PUBLIC_URL.rstrip('/')}{path}" if receipt.pdf_key else "",
            delivery=delivery.status,
            delivery_code=delivery.code,
        )


class SendIn(Strict):
    """Where to; absent means where the receipt goes anyway."""

    to: Address | None = None


class SendOut(Schema):
    """The queued email, which is on record under this id."""

    message: int


@router.get("/receipts", response=list[ReceiptOut], summary="The documents of a payment")
def list_receipts(request: HttpRequest, payment_intent: Id) -> list[ReceiptOut]:
    """Its receipt and everything that corrects it, oldest first; empty until a receipt was issued."""
    return [ReceiptOut.of(receipt) for receipt in selectors.receipts_of(payment_intent)]


@router.get("/receipts/{number}.pdf", url_name="receipt_pdf", summary="The PDF", openapi_extra=PDF)
def receipt_pdf(request: HttpRequest, number: Id) -> HttpResponse:
    """The file as it was filed, checked against its hash."""
    receipt = receipts.by_number(number)
    if receipt is None or not receipt.pdf_key or receipt.purged_at:
        raise Unfit("number", "there is no such receipt, or it isn't rendered yet", status=404)
    headers = {"Content-Disposition": f'inline; filename="{receipt.number}.pdf"', "Cache-Control": "private, no-store"}
    try:
        content = filing.read(receipt)
    except storage.Away:
        raise Unfit("number", "its file can't be read at the moment; try again later", status=503) from None
    except filing.Damaged:
        raise Unfit("number", "its file is lost and has to be restored from a backup", status=503) from None
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@router.post(
    "/receipts/{number}/send",
    response={202: SendOut, **refusals(409)},
    summary="Send a receipt again, or elsewhere",
)
def send_receipt(
    request: HttpRequest,
    number: Id,
    payload: SendIn,
    idempotency_key: IdempotencyKey = None,
) -> Status[SendOut]:
    """Queues one more email; every one is on record. The same `Idempotency-Key` queues it only once."""
    occasion = f"asked:{idempotency_key or secrets.token_hex(8)}"
    try:
        message_id = sending.send_again(number, to=payload.to or "", occasion=occasion)
    except Receipt.DoesNotExist:
        raise Unfit("number", "there is no such receipt", status=404) from None
    except sending.KeyReused:
        raise Unfit("Idempotency-Key", "belongs to another request; use a new key for another address") from None
    except sending.NotReady:
        raise Unfit("number", "its PDF isn't ready yet; try again in a few seconds", status=409) from None
    except messages.Refused:
        raise Unfit("to", "there is no usable address on record; expected one such as ada@example.com") from None
    nudge(deliver_email, message_id=message_id)
    return Status(202, SendOut(message=message_id))
