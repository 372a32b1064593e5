"""What the clinic's staff looked at and did, as rows that are added and never changed.

An own small table, and not a library for audit logs: those keep what was *changed*, with the values before and after,
which would copy patients' data into a second place. Here it is who *saw* which rows that has to be known, and of the
content nothing.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

LONGEST_NAME = 100
"""Of a page, and of a kind of rows."""


class AccessRecord(models.Model):
    """One page, file, search, action or sign-in of a member of staff.

    `staff_id` and `staff` are the login and its name at that time; it isn't a foreign key, as the record outlives the
    login. `object_ids` are the primary keys of `model`'s rows, or what the page's address names, each between commas:
    `,12,13,`; a row of another kind on the same page has it before its key: `,12,patient:7,`. `search` is the
    fingerprint of what was searched for (`staff.fingerprints`), never the words.
    """

    class Kind(models.TextChoices):
        """What happened."""

        PAGE = "page", "saw a page"
        LIST = "list", "saw a list"
        SEARCH = "search", "searched"
        FILE = "file", "took a file"
        ACTION = "action", "did something"
        REFUSED = "refused", "was refused"
        SIGN_IN = "sign_in", "signed in"
        SIGN_OUT = "sign_out", "signed out"
        SIGN_IN_REFUSED = "no_sign_in", "failed to sign in"
        SECOND_FACTOR = "factor", "second factor"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    staff_id = models.BigIntegerField(null=True, blank=True)
    staff = models.CharField(max_length=150, blank=True, help_text="The login's name; empty: nobody's.")
    address = models.GenericIPAddressField(null=True, blank=True, help_text="The network address it came from.")
    page = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="The page by its name in the admin.")
    model = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="The kind of rows that the page is about.")
    object_ids = models.TextField(blank=True)
    what = models.CharField(max_length=200, blank=True, help_text="The action, or what was asked for; no names.")
    search = models.CharField(max_length=32, blank=True)
    correlation = models.CharField(max_length=100, blank=True, help_text="The request's id in the logs.")

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        verbose_name = "access record"
        verbose_name_plural = "What staff looked at and did"
        indexes = [
            models.Index(fields=["staff", "at"], name="access_by_staff"),
            models.Index(fields=["model", "at"], name="access_by_model"),
        ]

    def __str__(self) -> str:
        return f"access record {self.pk}"
