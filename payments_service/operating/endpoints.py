"""The webhook endpoint as Stripe should know it, and how far what Stripe knows is from that. Pure.

https://docs.stripe.com/api/webhook_endpoints/object
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ALL = "*"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where Stripe should post, which types, and in which API version a new endpoint is made."""

    url: str
    types: tuple[str, ...]
    api_version: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of Stripe's list; no API version means the account's default."""

    id: str
    url: str
    enabled: bool
    types: tuple[str, ...]
    api_version: str
    live: bool

    def is_at(self, url: str) -> bool:
        """Whether it posts there; our door takes the address with and without the last slash."""
        return self.url.rstrip("/") == url.rstrip("/")

    def missing(self, types: Iterable[str]) -> list[str]:
        """Which of these it isn't sent."""
        return [] if ALL in self.types else sorted(set(types) - set(self.types))


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the difference; one that isn't `possible` only a new endpoint would bring."""

    about: str
    possible: bool = True


def read(found: Mapping[str, Any]) -> Endpoint:
    """An endpoint as the API shows it. Raises LookupError and TypeError for what isn't one."""
    return Endpoint(
        id=text(found["id"]),
        url=text(found["url"]),
        enabled=found["status"] == "enabled",
        types=tuple(map(text, found["enabled_events"])),
        api_version=text(found.get("api_version") or ""),
        live=found["livemode"],
    )


def text(value: Any) -> str:
    """The value, which has to be a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def difference(found: Endpoint, wanted: Wanted) -> list[Change]:
    """What has to change so that it is as wanted: types that are sent in vain go too."""
    changes = [] if found.enabled else [Change("switch it on")]
    changes += [Change(f"+ {kind}") for kind in sorted(set(wanted.types) - set(found.types))]
    changes += [Change(f"- {kind}") for kind in sorted(set(found.types) - set(wanted.types))]
    if found.api_version != wanted.api_version:
        now = found.api_version or "the account's default"
        changes.append(Change(f"API version {now} stays, though a new endpoint would get {wanted.api_version}", False))
    return changes


def at(url: str, listed: Sequence[Endpoint]) -> list[Endpoint]:
    """Those that post to this address."""
    return [each for each in listed if each.is_at(url)]


def host_of(url: str) -> str:
    """The host of a web address; nothing where it isn't one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def is_loopback(url: str) -> bool:
    """Whether the address means the machine itself, where nobody else can come."""
    host = host_of(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
