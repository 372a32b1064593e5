"""Keyed hashes: a person that was forgotten can be known again by who has the same identifier, and by nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.crypto import salted_hmac

SALT = "privacy.digests"


def of(kind: str, value: str) -> str:
    """HMAC-SHA-256 (hex) of an identifier, keyed with `SECRET_KEY`; however its letters and spaces were written.

    With another `SECRET_KEY` old digests are known no more.
    """
    plain = f"{kind}:{value.strip().casefold()}"
    return salted_hmac(SALT, plain, algorithm="sha256").hexdigest()


def of_all(given: Mapping[str, str]) -> list[str]:
    """The digests of what a person was looked for by."""
    return [of(kind, value) for kind, value in sorted(given.items()) if value]
