"""Real servers for the whole run, started before Django reads its settings: PostgreSQL and Redis.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name running ones; without them the ones that came with pip are started.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest

from scripts import embedded

hypothesis.settings.register_profile("here", deadline=None)  # how long an example takes says more of the machine
hypothesis.settings.load_profile("here")

STARTED = ExitStack()
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "payments_service.config.settings",
    "DEBUG": "no",
    "SECRET_KEY": "visibly-fake-secret-key-for-tests-only-0123456789abcdef",
    "PUBLIC_URL": "https://payments.clinic.example",
    "ALLOWED_HOSTS": "testserver,payments.clinic.example,127.0.0.1",
    "STRIPE_WEBHOOK_SECRETS": "whsec_test_current,whsec_test_previous",
    "STRIPE_API_KEY": "",
    "API_TOKENS": "visibly-fake-token-1,visibly-fake-token-2",
    "DEFAULT_FROM_EMAIL": "Clinic <receipts@clinic.example>",
    "EMAIL_URL": "memory://",
    "CLINIC_NAME": "Clinic Example",
    "CLINIC_ADDRESS": "Long Street 1\n00-001 Warsaw",
    "CLINIC_TIME_ZONE": "Europe/Warsaw",
    "CLINIC_TAX_ID": "PL5250000000",
}


def pytest_configure(config: pytest.Config) -> None:
    """Start what isn't named, and describe it to Django through the environment alone."""
    directory = Path(STARTED.enter_context(tempfile.TemporaryDirectory(prefix="clinic-tests-")))
    os.environ.update(SETTINGS, MEDIA_ROOT=str(directory / "media"))
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or STARTED.enter_context(
        embedded.postgresql_url(directory / "postgresql")
    )
    os.environ["REDIS_URL"] = (
        os.environ.get("TEST_REDIS_URL") or STARTED.enter_context(embedded.redis_server(directory / "redis")).url
    )
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers that this run started."""
    STARTED.close()
