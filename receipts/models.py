"""The rows of receipts: the counter of each series, the receipts themselves, and the logos that they show.

`receipts.issuing` writes a receipt, `receipts.filing` records its PDF, and years later `receipts.purging` takes the
person out of it; nothing else changes these rows, and nothing deletes them.
"""

from __future__ import annotations

from django.db import models

from servicekit import claims


class Series(models.Model):
    """The counter of one series: `last` is the highest sequence given out, and all below it are given out too."""

    name = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One series is a series."""

        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


class Receipt(claims.Claimable):
    """One numbered document, issued once. Its facts are in `snapshot` and never change; its PDF follows.

    `amount` is in the provider's minor unit of `currency`. The columns beside `snapshot` repeat what lists need.
    `hash`, `signature` and what they follow are the seal (see `receipts.sealing`), empty on rows from before there were
    seals. The row wants work (`due_at`) until its PDF is stored.
    """

    series = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField()
    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=255)
    test = models.BooleanField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    issued_at = models.DateTimeField()
    snapshot = models.JSONField()

    # The database fills these in for a worker of an earlier release, which doesn't know them.
    previous_hash = models.CharField(max_length=64, default="", db_default="", blank=True)
    hash = models.CharField(max_length=64, default="", db_default="", blank=True)
    key_id = models.CharField(max_length=16, default="", db_default="", blank=True)
    signature = models.CharField(max_length=128, default="", db_default="", blank=True)

    rendered_at = models.DateTimeField(null=True, default=None)
    pdf_key = models.CharField(max_length=200, default="", blank=True)
    pdf_sha256 = models.CharField(max_length=64, default="", blank=True)
    rendered_with = models.JSONField(default=dict, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True, help_text="Since then it names nobody; see its purge.")

    class Meta:
        """Two promises that the database keeps: one receipt per movement, one number per receipt."""

        ordering = ["-issued_at", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_receipt_per_movement"),
            models.UniqueConstraint(fields=["series", "sequence"], name="no_number_twice_in_a_series"),
        ]
        indexes = [
            claims.due_index("receipt_due"),
            models.Index(fields=["issued_at"], name="receipt_issued"),
            models.Index(fields=["issued_at"], name="receipt_remembered", condition=models.Q(purged_at__isnull=True)),
            models.Index(
                fields=["purged_at"],
                name="receipt_file_left",
                condition=models.Q(purged_at__isnull=False, pdf_key__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Purged(models.Model):
    """That a document's person was forgotten: when, why, and the hash (hex) of what is `left`; signed by `purging`."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="purge")
    at = models.DateTimeField()
    why = models.CharField(max_length=100)
    left = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name_plural = "purged"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"purge of {self.receipt_id}"


class Logo(models.Model):
    """A logo by the hash of its content, kept so that old receipts show the logo of their day."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256[:12]
