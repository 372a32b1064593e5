"""The kinds of personal data in messages, which both services keep alike."""

from __future__ import annotations

from django.conf import settings

from notifications import forgetting
from privacy.service import Kind


def kinds() -> tuple[Kind, ...]:
    """What was said, later where it went, and what providers reported of it."""
    return (
        Kind(
            "message texts",
            settings.KEEP_MESSAGE_TEXTS,
            "key and state",
            forgetting.overdue_texts,
            "created_at",
            forgetting.purge_texts,
        ),
        Kind(
            "addresses",
            settings.KEEP_CONTACTS,
            "key and state",
            forgetting.overdue_addresses,
            "created_at",
            forgetting.purge_addresses,
        ),
        Kind(
            "reports",
            settings.KEEP_CONTACTS,
            "nothing",
            forgetting.overdue_reports,
            "received_at",
            forgetting.purge_reports,
        ),
    )
