"""The clinic as it stands on receipts, from settings; its logo is kept by content, so that old receipts keep theirs."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings

from receipts import storage
from receipts.snapshot import Clinic


def profile() -> Clinic:
    """The clinic of this installation."""
    return Clinic(
        name=settings.CLINIC_NAME,
        address=tuple(line.strip() for line in settings.CLINIC_ADDRESS.splitlines() if line.strip()),
        tax_id=settings.CLINIC_TAX_ID,
        tax_note=settings.CLINIC_TAX_NOTE,
        phone=settings.CLINIC_PHONE,
        email=settings.CLINIC_REPLY_TO,
        colour=settings.CLINIC_COLOUR,
        logo=storage.keep_logo(logo_file(settings.CLINIC_LOGO)) if settings.CLINIC_LOGO else "",
    )


@functools.cache
def logo_file(path: str) -> bytes:
    """The logo's content, read once per process."""
    return Path(path).read_bytes()
