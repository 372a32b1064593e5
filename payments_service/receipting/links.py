"""Addresses of a document's page and of its PDF: signed, expiring, and without a word about anybody.

A token is the document's row, a digest of what it is about, and the minute it was made, signed with `SECRET_KEY`. The
digest is for a database that was put back to an older state: a row's number may stand for another document there.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing

from receipts.models import Receipt
from servicekit.pages import addresses

PAGE, PDF = "page", "pdf"
PDF_LIFE = timedelta(days=14)
"""How long the address of a bare PDF is good: a member of staff sends it on by hand, and nobody can renew it."""
LONGEST_ROW = 18


def page_of(receipt: Receipt) -> str:
    """The public address of the page of the payment that a document is about, for `RECEIPT_LINK_DAYS`."""
    return addresses.absolute("receipting:page", token_of(receipt, kind=PAGE))


def pdf_of(receipt: Receipt) -> str:
    """The public address of one document's PDF and of nothing else, for `PDF_LIFE`."""
    return addresses.absolute("receipting:pdf", token_of(receipt, kind=PDF))


def token_of(receipt: Receipt, *, kind: str) -> str:
    """The document's reference with the time and a signature, fit for an address."""
    return signer(kind).sign(reference_of(receipt))


def receipt_of(token: str, *, kind: str) -> Receipt | None:
    """The document of a token that we made for this kind of address and that hasn't expired; else None."""
    return found(token, kind=kind, life=life_of(kind))


def receipt_once_of(token: str, *, kind: str) -> Receipt | None:
    """As `receipt_of`, however long ago the token was made."""
    return found(token, kind=kind, life=None)


def found(token: str, *, kind: str, life: timedelta | None) -> Receipt | None:
    """The document that a token names, if it is ours and no older than that."""
    try:
        reference = signer(kind).unsign(token, max_age=life)
    except signing.BadSignature:
        return None
    row = reference.partition("-")[0]
    receipt = Receipt.objects.filter(pk=int(row)).first() if row.isdecimal() and len(row) <= LONGEST_ROW else None
    return receipt if receipt and hmac.compare_digest(reference, reference_of(receipt)) else None


def life_of(kind: str) -> timedelta:
    """How long a token of that kind is good."""
    return timedelta(days=settings.RECEIPT_LINK_DAYS) if kind == PAGE else PDF_LIFE


def signer(kind: str) -> signing.TimestampSigner:
    """What makes and reads tokens of one kind, and of no other."""
    return signing.TimestampSigner(salt=f"receipting.links.{kind}")


def reference_of(receipt: Receipt) -> str:
    """A name for the document that says nothing of it."""
    digest = hashlib.sha256(f"{receipt.kind}:{receipt.reference}".encode()).hexdigest()
    return f"{receipt.pk}-{digest[:16]}"
