"""Words that mustn't be kept but must be known again: their fingerprint under the service's secret key.

What somebody searched for is mostly a patient's name. Kept as a fingerprint, the record answers "who searched for
this name?" to whoever knows the name, and tells nothing to whoever reads it. While a secret key is being changed, what
was kept under the key before is still known.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac


def of_search(words: str) -> list[str]:
    """32 hexadecimal digits for each key, newest first; the same for the same words in other letters and spaces."""
    plain = " ".join(words.casefold().split())
    return under_each_key("staff.search", plain, digits=32) if plain else []


def of_code(code: str) -> list[str]:
    """16 hexadecimal digits for each key, whatever spaces, hyphens and capitals a recovery code was typed with."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return under_each_key("staff.recovery", plain, digits=16)


def under_each_key(salt: str, plain: str, *, digits: int) -> list[str]:
    """The first digits of the text's HMAC-SHA-256 under each secret key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(salt, plain, key, algorithm="sha256").hexdigest()[:digits] for key in keys]
