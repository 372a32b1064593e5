"""Mail servers and settings for the tests of delivery."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.channels import connection
from notifications.sms import base, memory
from tests.notifications.mail_server import MailServer


@pytest.fixture(autouse=True)
def _no_line_left() -> Iterator[None]:
    """The line that a test opened isn't the next one's."""
    yield
    connection.drop()


@pytest.fixture
def texts(settings: Settings) -> Iterator[list[base.Sms]]:
    """The texts that were sent: the SMS backend keeps them in memory."""
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.memory.Backend", ""
    memory.outbox.clear()
    yield memory.outbox
    memory.outbox.clear()


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A server that accepts everything until a test scripts it; Django's SMTP backend leads there."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 2
    yield server
    server.hang_up()
    server.stop()


@pytest.fixture
def free_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
