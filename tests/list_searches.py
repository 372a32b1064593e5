"""The search boxes above the lists of the admin, whose words stand in the address."""

from __future__ import annotations

from django.contrib.admin import AdminSite

IMPERSONAL = {
    "about", "account", "by", "charge", "correction_number", "dedupe_key", "document", "document_number", "event",
    "external_id", "message_id", "number", "payment_intent", "provider_message_id", "receipt_number", "reference",
    "session", "staff", "stripe_id", "stripe_session_id", "visit_id",
}  # fmt: skip
"""Columns of ids and numbers, and of logins; another one has to be thought about before it gets in here."""
LOGINS = {"auth.user"}
"""Lists of the staff themselves."""


def personal(site: AdminSite) -> list[str]:
    """Each list with a column that its box looks through and that isn't known to name nobody."""
    return [
        f"{model._meta.label_lower}: {field}"
        for model, page in site._registry.items()
        if model._meta.label_lower not in LOGINS
        for field in page.search_fields
        if field.lstrip("=^@").rpartition("__")[2] not in IMPERSONAL
    ]


def unexplained(site: AdminSite) -> list[str]:
    """Each list whose box doesn't say what may go into it."""
    return [
        model._meta.label_lower
        for model, page in site._registry.items()
        if page.search_fields and not page.search_help_text and model._meta.label_lower not in LOGINS
    ]
