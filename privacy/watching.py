"""The kinds of personal data in the record of what staff looked at and did, which both services keep alike."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from privacy.service import Kind
from staff import retention


def kinds() -> tuple[Kind, ...]:
    """One: it names members of staff, and rows by their keys."""
    keep = timedelta(days=settings.STAFF_RECORD_DAYS)
    return (Kind("access records", keep, "nothing", retention.overdue, "at", retention.purge),)
