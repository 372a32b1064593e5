"""Keyed hashes: a person that was forgotten can be known again by who has the same identifier, and by nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "privacy.digests"


def of(kind: str, value: str) -> str:
    """HMAC-SHA-256 (hex) of an identifier, keyed with `SECRET_KEY`; however its letters and spaces were written."""
    return every(kind, value)[0]


def every(kind: str, value: str) -> list[str]:
    """The same by `SECRET_KEY` and by each of `SECRET_KEY_FALLBACKS`: what was kept before a key was changed."""
    plain = f"{kind}:{value.strip().casefold()}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, plain, secret=key, algorithm="sha256").hexdigest() for key in keys]


def of_all(given: Mapping[str, str]) -> list[str]:
    """The digests of what a person was looked for by."""
    return [of(kind, value) for kind, value in sorted(given.items()) if value]
