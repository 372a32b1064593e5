"""Real servers for the whole run, started before Django reads its settings: PostgreSQL and Redis.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name running ones; without them the ones that came with pip are started.
"""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings

from scripts import embedded
from tests import flushing

hypothesis.settings.register_profile("here", deadline=None)  # how long an example takes says more of the machine
hypothesis.settings.register_profile("fuzz", parent=hypothesis.settings.get_profile("here"), max_examples=2000)
hypothesis.settings.load_profile("here")

HERE = Path(__file__).resolve().parent
STARTED = ExitStack()
SHARED = {
    "DEBUG": "no",
    "SECRET_KEY": "visibly-fake-secret-key-for-tests-only-0123456789abcdef",
    "API_TOKENS": "visibly-fake-token-1,visibly-fake-token-2",
    "EMAIL_URL": "memory://",
    "CLINIC_NAME": "Clinic Example",
    "CLINIC_ADDRESS": "Long Street 1\n00-001 Warsaw",
    "CLINIC_TIME_ZONE": "Europe/Warsaw",
}
PAYMENTS = {
    "DJANGO_SETTINGS_MODULE": "payments_service.config.settings",
    "PUBLIC_URL": "https://payments.clinic.example",
    "ALLOWED_HOSTS": "testserver,payments.clinic.example,127.0.0.1",
    "STRIPE_WEBHOOK_SECRETS": "whsec_test_current,whsec_test_previous",
    "STRIPE_API_KEY": "",
    "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-tests-only-000=",
    "DEFAULT_FROM_EMAIL": "Clinic <receipts@clinic.example>",
    "CLINIC_TAX_ID": "PL5250000000",
}
VISITS = {
    "DJANGO_SETTINGS_MODULE": "visits_service.config.settings",
    "PUBLIC_URL": "https://visits.clinic.example",
    "ALLOWED_HOSTS": "testserver,visits.clinic.example,127.0.0.1",
    "DEFAULT_FROM_EMAIL": "Clinic <visits@clinic.example>",
    "CLINIC_PHONE": "+48 22 555 01 00",
    "CLINIC_COUNTRY": "PL",
    "SMS_BACKEND": "notifications.sms.memory.Backend",
    "TWILIO_AUTH_TOKEN": "visibly-fake-twilio-token",
}
collect_ignore: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Start what isn't named, and describe it to Django through the environment alone.

    A process has one Django project: `pytest tests/visits` has visits_service's, every other call payments_service's.
    """
    config.option.hypothesis_seed = config.option.hypothesis_seed or str(random.randrange(2**32))
    directory = Path(STARTED.enter_context(tempfile.TemporaryDirectory(prefix="clinic-tests-")))
    os.environ.update(SHARED, MEDIA_ROOT=str(directory / "media"))
    os.environ.update(VISITS if for_visits(config) else PAYMENTS)
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or STARTED.enter_context(
        embedded.postgresql_url(directory / "postgresql")
    )
    os.environ["REDIS_URL"] = (
        os.environ.get("TEST_REDIS_URL") or STARTED.enter_context(embedded.redis_server(directory / "redis")).url
    )
    django.setup()
    settings.PASSWORD_HASHERS = ["tests.passwords.Quick"]
    flushing.begin()


def pytest_report_header(config: pytest.Config) -> str:
    """What repeats the examples of a run."""
    return f"--hypothesis-seed={config.option.hypothesis_seed} tries the same examples again"


def for_visits(config: pytest.Config) -> bool:
    """Whether this run is about visits_service; if not, its tests are left to a run of their own."""
    paths = [Path(arg.partition("::")[0]).resolve() for arg in config.args]
    if all(path.is_relative_to(HERE / "visits") for path in paths):
        return True
    collect_ignore.append("visits")
    return False


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers that this run started."""
    STARTED.close()
