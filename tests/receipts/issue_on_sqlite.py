"""Issues 24 receipts from 4 threads on a SQLite file, with random rollbacks; prints the numbers given out."""

from __future__ import annotations

import sys

import django
from django.conf import settings

from receipts import signing

if __name__ == "__main__":
    settings.configure(
        INSTALLED_APPS=["receipts"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": sys.argv[1],
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        RECEIPT_SIGNING_KEYS=[signing.LAPTOP_SEED],
    )
    django.setup()

    from django.core.management import call_command

    from tests.receipts import racing

    call_command("migrate", verbosity=0)
    racing.issue_with_random_rollbacks(threads=4, each=6)
    print(*racing.sequences("R-2026"))  # noqa: T201
