"""Addresses of the admin's lists, with their filters, for whoever may open them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.urls import reverse

Reader = User | AnonymousUser


def may_see(reader: Reader, model: type[Model]) -> bool:
    """Whether somebody may view the rows of a model."""
    meta = model._meta
    return reader.has_perm(f"{meta.app_label}.view_{meta.model_name}")


def of(model: type[Model], reader: Reader, **filters: Any) -> str:
    """The list of a model's rows; nothing for somebody who may not see them."""
    if not may_see(reader, model):
        return ""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def between(column: str, first: datetime, end: datetime) -> dict[str, str]:
    """The filter for a span of instants, the second one excluded."""
    return {f"{column}__gte": first.isoformat(), f"{column}__lt": end.isoformat()}
