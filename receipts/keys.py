"""The keys of this installation, from `RECEIPT_SIGNING_KEYS`: the only place where receipts read that setting."""

from __future__ import annotations

import functools

from django.conf import settings

from receipts import signing


def ring() -> signing.Ring:
    """Every key that checks, and the one that signs."""
    return _ring(tuple(settings.RECEIPT_SIGNING_KEYS))


def current() -> signing.SigningKey:
    """The key that signs what is issued now."""
    signer = ring().signing
    assert signer is not None  # `signing.ring` refuses a setting without one
    return signer


@functools.lru_cache(maxsize=4)
def _ring(texts: tuple[str, ...]) -> signing.Ring:
    return signing.ring(texts)
