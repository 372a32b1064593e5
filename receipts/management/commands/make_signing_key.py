"""`python -m payments_service make_signing_key`: a new key for `RECEIPT_SIGNING_KEYS`."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from receipts import signing


class Command(BaseCommand):
    """Prints a key and keeps nothing."""

    help = "Make a key that signs receipts. What it prints first is a secret."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One secret line for the environment, and what may be told to anybody."""
        key = signing.SigningKey(secrets.token_bytes(signing.LENGTH))
        self.stdout.write(f"Secret, for the first place in RECEIPT_SIGNING_KEYS: {base64.b64encode(key.seed).decode()}")
        self.stdout.write(f"Public, for whoever checks: {key.public.text} (key id {key.public.id})")
