"""Whose request it is, by network address: the caller's own, also behind proxies, and never one that it made up.

Each proxy adds the address that it was called from to the end of `X-Forwarded-For`. What stands there before the
entries of our own proxies was written by the caller, so the entry of the outermost of them is the one to believe.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str | None:
    """The caller's address; None where the server was called through a socket that has none."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    peer = request.META.get("REMOTE_ADDR", "")
    return plain(outermost(forwarded, proxies=settings.TRUSTED_PROXIES)) or plain(peer)


def outermost(forwarded: Sequence[str], *, proxies: int) -> str:
    """What the outermost of so many proxies of our own wrote; empty where the header is shorter than that."""
    return forwarded[-proxies].strip() if 0 < proxies <= len(forwarded) else ""


def plain(text: str) -> str | None:
    """An IP address as it is usually written, without the zone that only one machine knows; None for anything else."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None
