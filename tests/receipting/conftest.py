"""A Stripe that answers, a group of clinics, and a mail server, for the tests of what they get to hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications.channels import connection
from scripts.stripe_standin import StandIn
from tests import clinics as group
from tests import standin
from tests.notifications.mail_server import MailServer


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with standin.stripe_answers(settings) as server:
        yield server


@pytest.fixture
def clinics(settings: Settings, tmp_path: Path) -> Path:
    """Two clinics beside the installation's own; the folder of the file that describes them."""
    group.describe(settings, tmp_path)
    return tmp_path


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server, to which the service's emails go."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    connection.drop()
    server.hang_up()
    server.stop()
