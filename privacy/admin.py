"""What was forgotten, for administrators to read."""

from __future__ import annotations

from django.contrib import admin

from privacy.models import Erasure, Export, Purge
from servicekit.admin import ReadOnly


@admin.register(Purge)
class PurgeAdmin(ReadOnly, admin.ModelAdmin[Purge]):
    """Each run of the purge."""

    list_display = ("started_at", "finished_at", "by", "total", "counts")


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, admin.ModelAdmin[Erasure]):
    """Each erasure, without a word about the person."""

    list_display = ("at", "by", "counts")


@admin.register(Export)
class ExportAdmin(ReadOnly, admin.ModelAdmin[Export]):
    """Each export."""

    list_display = ("at", "by", "counts")
