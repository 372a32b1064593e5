"""What `check` says of how staff sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register


@register(deploy=True)
def proxies(**_: Any) -> list[CheckMessage]:
    """Behind a proxy that nobody counted, every member of staff seems to come from the same address."""
    if settings.TRUSTED_PROXIES or not settings.BEHIND_TLS:
        return []
    said = "PUBLIC_URL is https, so a proxy is in front, but TRUSTED_PROXIES is 0: records name the proxy's address."
    hint = "Set TRUSTED_PROXIES to how many proxies add to X-Forwarded-For, mostly 1."
    return [Info(said, hint=hint, id="staff.I001")]
