"""Every address of a service, and what somebody who is nobody gets there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

PLACEHOLDER = re.compile(r"<[^>]+>|\(\?P<\w+>[^)]*\)")
REFUSALS = frozenset({400, 401, 403, 404, 405, 503})


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` as Django has it, `path` an address that it matches, with a made-up word for each part that varies."""

    pattern: str
    path: str


def all_of_them() -> list[Route]:
    """The routes of the service that this test run is about."""
    return [Route(pattern, address_of(pattern)) for pattern in patterns(get_resolver(), "")]


def patterns(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        whole = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield whole
        else:
            yield from patterns(entry, whole)


def address_of(pattern: str) -> str:
    """An address that the pattern takes: an admin's object or a link's token that nobody ever made."""
    plain = PLACEHOLDER.sub("made-up", pattern)
    return "/" + re.sub(r"\(/\|\$\)|/\?\$|[\^$]", "", plain)


def open_to_anybody() -> set[str]:
    """Patterns that answer an anonymous GET or POST with anything but a refusal or the way to the login."""
    return {route.pattern for route in all_of_them() for method in ("GET", "POST") if is_open(method, route.path)}


def is_open(method: str, path: str) -> bool:
    answer = Client(raise_request_exception=False).generic(method, path, secure=True)
    if answer.status_code == 302:
        return not answer["Location"].startswith("/admin/login/")
    return answer.status_code not in REFUSALS
