"""Hands a receipt's letter to the outbox: the first time by itself, again only because somebody asked."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import transaction

from notifications import messages, outbox, selectors
from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import clinic, letters
from payments_service.receipting import selectors as documents
from receipts.models import Receipt

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Who writes, and who is answered; empty means the installation's own and nobody in particular."""

    sender: str
    reply_to: str


class KeyReused(Exception):
    """The occasion belongs to a request for another address."""


class NotReady(Exception):
    """The receipt has no PDF yet."""


def send_first(receipt: Receipt, payment: Payment, *, is_new: bool = False) -> int | None:
    """Queue the first email of a rendered receipt; its message's id, or None while nobody said where it goes.

    Call it with the payment's row locked: then a late address and a late PDF can't miss each other. An address that
    can't be one is no address; the receipt stays in the list of what needs a person. Nobody can have written about a
    document that is new, which had no PDF until now.
    """
    if not payment.email or (not is_new and selectors.is_written_about(receipt.number)):
        return None
    try:
        return outbox.enqueue(email_with(receipt, payment, to=payment.email, occasion="first"))
    except messages.Refused as refusal:
        if refusal.field != "to":
            raise
        log.warning("receipt_not_addressable", receipt=receipt.number, field=refusal.field)
        return None


def send_waiting(payment: Payment) -> list[int]:
    """Queue the first email of each of a payment's documents that had nobody to go to; their messages' ids.

    Call it with the payment's row locked.
    """
    if not payment.receipt_number:
        return []
    rendered = [receipt for receipt in documents.documents_of(payment) if receipt.pdf_key]
    return [sent for receipt in rendered if (sent := send_first(receipt, payment)) is not None]


def send_again(number: str, *, to: str, occasion: str, keep: bool | None = None) -> int:
    """Queue a receipt once more, to the same or another address; `occasion` names the request, so that it counts once.

    An empty `to` means where the payment says. `keep` says whether the payment keeps the address, and without a word
    the first usable one is kept, never that of somebody who was forgotten; what else of its documents had nobody to go
    to is queued with it. Raises Receipt.DoesNotExist, NotReady, KeyReused, or messages.Refused for an address that
    can't be one.
    """
    with transaction.atomic():
        receipt = Receipt.objects.get(number=number)
        payment = documents.payment_of(receipt, lock=True)
        if not receipt.pdf_key:
            raise NotReady
        wanted = to or payment.email
        message_id = outbox.enqueue(email_with(receipt, payment, to=wanted, occasion=occasion))
        if Message.objects.get(pk=message_id).to != wanted:
            raise KeyReused
        if to and not payment.forgotten_at and (not messages.is_address(payment.email) if keep is None else keep):
            payment.email = to
            payment.save(update_fields=["email"])
            send_waiting(payment)
    log.info("receipt_send_asked", receipt=number, message=message_id)
    return message_id


def email_with(receipt: Receipt, payment: Payment, *, to: str, occasion: str) -> messages.Email:
    """The letter with the PDF attached; the file's name is the receipt's number, which is ASCII."""
    pdf = messages.Attachment(receipt.pdf_key, filename=f"{receipt.number}.pdf", content_type="application/pdf")
    letter, occasion = letters.letter_for(receipt), f"{receipt.number}:{occasion}"
    return addressed(letter, mailboxes(receipt, payment), to=to, about=receipt.number, occasion=occasion, files=(pdf,))


def addressed(
    letter: letters.Letter,
    ours: Mailboxes,
    *,
    to: str,
    about: str,
    occasion: str,
    files: tuple[messages.Attachment, ...] = (),
) -> messages.Email:
    """The letter as an email from these mailboxes to that address; `occasion` is the one time that it is sent."""
    return messages.Email(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=letter.language,
        about=about,
        dedupe_key=occasion,
        from_email=ours.sender,
        reply_to=ours.reply_to,
        attachments=files,
    )


def mailboxes(receipt: Receipt, payment: Payment) -> Mailboxes:
    """Who writes and who is answered, by what the clinic says today; an empty sender is the installation's own.

    A clinic that has left is answered where its receipt says.
    """
    if not clinic.is_known(payment.account):
        return Mailboxes("", receipt.snapshot["clinic"]["email"])
    profile = clinic.of(payment.account)
    return Mailboxes(profile.sender, profile.reply_to)
