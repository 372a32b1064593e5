"""Every page that the admin has: the list of each model, and the newest row of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from staff.models import AccessRecord


def paths() -> Iterator[str]:
    """Where they are, for the rows that there are now; of a payment also the fields as they are stored."""
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{place}_changelist")
        if newest := model._default_manager.order_by("-pk").first():
            yield (page := reverse(f"{place}_change", args=[newest.pk]))
            yield f"{page}?stored=yes"


def answers(staff: Client) -> dict[str, Any]:
    """The answer of each page to somebody who may see everything, by its path; where one leads on, the last one's."""
    return {path: staff.get(path, follow=True, headers={"X-Forwarded-Proto": "https"}) for path in paths()}


def unrecorded(pages: dict[str, Any], *words: str) -> list[str]:
    """Which of these pages show one of these words, and have no record that names a row."""
    named = set(AccessRecord.objects.exclude(object_ids="").values_list("correlation", flat=True))
    return [
        path
        for path, page in pages.items()
        if any(word in page.content.decode(errors="replace") for word in words) and page["X-Request-ID"] not in named
    ]
