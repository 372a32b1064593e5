"""Views on payments, what went back of them and their documents, for the front desk; and what it did by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from payments_service.payments.models import Movement, Payment
from receipts.models import Receipt


class UndeliveredReceipt(Receipt):
    """A document that is ready and didn't reach its patient, or that the patient complained about.

    What stands here beside its columns is what `undelivered` reads with it.
    """

    why: str
    letter: int
    letter_to: str
    letter_code: str
    maybe_arrived: bool
    erased: bool
    since: datetime

    class Meta:
        proxy = True
        verbose_name = "receipt that didn't arrive"
        verbose_name_plural = "receipts that didn't arrive"


class StuckPayment(Payment):
    """A payment whose receipt can't be issued before somebody has said whose clinic it is."""

    class Meta:
        proxy = True
        verbose_name = "payment without a clinic"
        verbose_name_plural = "payments without a clinic"


class StuckMovement(Movement):
    """A refund or dispute whose document can't be issued without a person."""

    class Meta:
        proxy = True
        verbose_name = "refund or dispute without a document"
        verbose_name_plural = "refunds and disputes without a document"


class Way(models.TextChoices):
    """How a document got to its patient without an email of ours, or why it needn't."""

    PRINTED = "printed", "printed and handed over"
    POST = "post", "sent by post"
    LINK = "link", "sent as a link, by text message say"
    PHONE = "phone", "settled on the phone"
    NOT_WANTED = "not_wanted", "the patient doesn't want it"
    OTHER = "other", "in another way"


class HandedOver(models.Model):
    """That somebody of the staff gave a document to the patient in another way than by email.

    Added, and never changed but for its note, which is forgotten in time.

    `after_message` is the newest email of the document at that time, 0 where there was none: another one that doesn't
    arrive later is another matter. `by` is a login name, which outlives its account.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="handed_over")
    way = models.CharField(max_length=12, choices=Way)
    note = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now(), editable=False)
    after_message = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "receipt handed over in another way"
        verbose_name_plural = "receipts handed over in another way"
        constraints = [models.CheckConstraint(condition=models.Q(way__in=Way.values), name="handed_over_way_known")]

    def __str__(self) -> str:
        """Without personal data."""
        return f"{self.receipt_id}: {self.way}"
