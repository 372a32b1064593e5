"""How far the doctor gets with a mail provider, without a letter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.doctor.judging.mail import Kind, Trouble
from notifications.doctor.probing import mail
from scripts import embedded
from tests.notifications.mail_server import MailServer

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server() -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def _smtp(settings: Settings, server: MailServer) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", server.port


@pytest.mark.usefixtures("_smtp")
def test_a_server_is_greeted_and_gets_no_letter(server: MailServer) -> None:
    seen = mail.look()

    assert (seen.kind, seen.trouble) == (Kind.SMTP, Trouble.NONE)
    assert (server.connections, server.mails) == (1, [])


@pytest.mark.usefixtures("_smtp")
@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"EMAIL_USE_TLS": True}, Trouble.TLS),
        ({"EMAIL_USE_SSL": True}, Trouble.TLS),
        ({"EMAIL_HOST_USER": "clinic", "EMAIL_HOST_PASSWORD": "hush"}, Trouble.TLS),
    ],
)
def test_a_server_that_offers_no_tls_or_login_is_not_one_that_is_away(
    settings: Settings, changes: dict[str, object], trouble: Trouble
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    assert mail.look().trouble == trouble


@pytest.mark.usefixtures("_smtp")
def test_a_server_that_is_away_is_away(settings: Settings) -> None:
    settings.EMAIL_PORT = embedded.free_port()

    assert mail.look().trouble == Trouble.AWAY


def test_a_providers_missing_setting_is_named_and_a_set_one_is_not_shown(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL = "anymail.backends.mailgun.EmailBackend", {}
    lacking = mail.look()
    settings.ANYMAIL = {"MAILGUN_API_KEY": "hush", "MAILGUN_SENDER_DOMAIN": "clinic.health"}
    complete = mail.look()

    assert (lacking.trouble, lacking.missing) == (Trouble.SETTINGS, "ANYMAIL_MAILGUN_API_KEY")
    assert (complete.kind, complete.trouble) == (Kind.PROVIDER, Trouble.NONE)
    assert "hush" not in str(complete)


def test_a_mailbox_that_nobody_reads_is_nowhere() -> None:
    assert mail.look().kind is Kind.NOWHERE
