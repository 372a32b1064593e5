"""What can't be known when the settings are read: whether each clinic's logo can stand on a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from receipts import storage

HINT = "Name the path of a PNG or JPEG file, or leave it out."


@register()
def logo_can_be_printed(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Every logo is a PNG or JPEG of moderate size; a worker would stop at each receipt otherwise."""
    logos = {"CLINIC_LOGO": settings.CLINIC_LOGO}
    for account, profile in settings.CLINIC_PROFILES.items():
        logos[f"{settings.CLINIC_ACCOUNTS_FILE}: [{account}] logo"] = profile.logo
    faults = {place: fault_of(path) for place, path in logos.items() if path}
    return [
        Error(f"{place} can't be used: {fault}", hint=HINT, id="receipting.E001")
        for place, fault in faults.items()
        if fault
    ]


def fault_of(path: str) -> str:
    """Why the image can't be printed; empty when it can."""
    try:
        storage.check_logo(Path(path).read_bytes())
    except (OSError, storage.LogoRefused) as refusal:
        return str(refusal)
    return ""
