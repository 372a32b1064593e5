"""Addresses of the admin's lists and pages, with their filters, for whoever may open them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
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


def row(found: Model, reader: Reader) -> str:
    """The page of one row; nothing for somebody who may not see it."""
    if not may_see(reader, type(found)):
        return ""
    return reverse(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", args=[found.pk])


def is_readable(path: str, reader: Reader) -> bool:
    """Whether somebody may open the list or page that an address of ours leads to, by the model that it names."""
    app_label, model_name = path.partition("/admin/")[2].split("/")[:2]
    return may_see(reader, apps.get_model(app_label, model_name))
