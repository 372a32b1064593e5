"""What can't be known when the settings are read: whether the clinic's logo can stand on a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from receipts import storage


@register()
def logo_can_be_printed(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """`CLINIC_LOGO` is a PNG or JPEG of moderate size; a worker would stop at each receipt otherwise."""
    if not settings.CLINIC_LOGO:
        return []
    try:
        storage.check_logo(Path(settings.CLINIC_LOGO).read_bytes())
    except (OSError, storage.LogoRefused) as refusal:
        hint = "Set CLINIC_LOGO to the path of a PNG or JPEG file, or leave it out."
        return [Error(f"CLINIC_LOGO can't be used: {refusal}", hint=hint, id="receipting.E001")]
    return []
