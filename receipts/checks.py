"""What can't be known before the process stands on its machine: fonts and system libraries. Django runs these.

What they look at is loaded when they run: every process has these checks, and few run them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@register()
def harfbuzz_subset_is_there(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without it WeasyPrint cuts fonts in Python, several times slower, and makes other bytes than with it."""
    from receipts import fonts

    if fonts.can_subset_natively():
        return []
    return [
        Warning(
            "libharfbuzz-subset is not installed, so each receipt takes several times as long to render.",
            hint="apt-get install libharfbuzz-subset0 (elsewhere it may come with the package harfbuzz).",
            id="receipts.W001",
        )
    ]


@register()
def fonts_are_there(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Receipts use the package's fonts and no others."""
    from receipts import fonts

    missing = sorted(fonts.EXPECTED - {path.name for path in fonts.FOLDER.glob("*.ttf")})
    if not missing:
        return []
    return [
        Error(
            f"The fonts of receipts are missing from {fonts.FOLDER}: {', '.join(missing)}.",
            hint="Install the package again; its data files (receipts/fonts/*.ttf) were left out.",
            id="receipts.E001",
        )
    ]


@register(Tags.security, deploy=True)
def the_way_to_the_bucket_is_encrypted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Patients' documents don't travel in the open; a bucket on this very machine needs no cover."""
    options: dict[str, Any] = settings.STORAGES["default"].get("OPTIONS", {})
    address = urlsplit(options.get("endpoint_url") or "")
    if address.scheme != "http" or address.hostname in LOOPBACK:
        return []
    return [
        Warning(
            "PDFs travel to their bucket without encryption.",
            hint="Give MEDIA_BUCKET_ENDPOINT an address that begins with https://.",
            id="receipts.W002",
        )
    ]
