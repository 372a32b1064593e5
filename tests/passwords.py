"""Passwords for tests, which type a hundred of them: their hash takes no time, and any process of ours can check it.

What such a process hashes itself it hashes as slowly as ever, and what it refuses takes it as long as ever.
"""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """Django's own hash, once instead of a million times."""

    iterations = 1
