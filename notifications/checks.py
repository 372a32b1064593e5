"""What only a look at the settings can tell before the first message is sent."""

from __future__ import annotations

from typing import Any

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailConfigurationError
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from notifications.channels import email_reports, email_tracking

LONGEST_TIMEOUT = 20
SMTP = "django.core.mail.backends.smtp.EmailBackend"
ANYMAIL_RESEND = "anymail.backends.resend.EmailBackend"

# Where Anymail takes reports without the provider's own signature, or takes another key for the one that signs.
SIGNING_KEYS = {"Mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY", "Resend": "RESEND_SIGNING_SECRET"}


@register()
def smtp_timeout(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A server that hangs must let go of the worker before the worker's time limit does."""
    timeout = settings.EMAIL_TIMEOUT
    if settings.EMAIL_BACKEND != SMTP or (timeout and timeout <= LONGEST_TIMEOUT):
        return []
    hint = f"Set EMAIL_TIMEOUT to at most {LONGEST_TIMEOUT} seconds."
    return [Warning("A hanging mail server would hold a worker.", hint=hint, id="notifications.W001")]


@register()
def resend_without_key(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Resend can tell a repeat from a new message, if it is asked to."""
    if settings.EMAIL_BACKEND != ANYMAIL_RESEND:
        return []
    hint = "Set EMAIL_BACKEND to notifications.channels.resend.EmailBackend."
    return [Warning("Emails go to Resend without an idempotency key.", hint=hint, id="notifications.W002")]


@register()
def mail_backend_can_be_loaded(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A backend that lacks its library, or doesn't exist, would fail with the first letter."""
    try:
        import_string(settings.EMAIL_BACKEND)
    except ImportError as error:
        hint = "Set EMAIL_BACKEND to an installed backend, or install what it needs."
        return [Error(f"EMAIL_BACKEND can't be loaded: {error}", hint=hint, id="notifications.E002")]
    return []


@register()
def reports_need_a_secret(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Anymail itself takes reports from anybody while no secret is set, and only warns."""
    if not is_anymails(settings.EMAIL_BACKEND) or email_tracking.webhook_secrets():
        return []
    hint = (
        "Set ANYMAIL_WEBHOOK_SECRET to user:password, both random, "
        "and have the provider call https://user:password@HOST/anymail/PROVIDER/tracking/."
    )
    return [Error("EMAIL_BACKEND is Anymail's, and nobody may report.", hint=hint, id="notifications.E001")]


@register()
def reports_can_be_taken(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Anymail's view of this provider reads its settings with each post, and would refuse one after another."""
    if not email_tracking.webhook_secrets():
        return []
    try:
        email_reports.view_class_of(provider().lower().replace(" ", "_"))()
    except KeyError:
        return []
    except (AnymailConfigurationError, ValueError) as error:
        said = str(error).splitlines()[0] if isinstance(error, AnymailConfigurationError) else "its key is malformed"
        hint = f"Set what Anymail's page on {provider()} lists for tracking webhooks, each with the prefix ANYMAIL_."
        return [Error(f"Reports of {provider()} can't be taken: {said}.", hint=hint, id="notifications.E003")]
    return []


@register()
def reports_are_signed(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The webhook secret travels in an address, so a signature that could be checked should be."""
    name = SIGNING_KEYS.get(provider(), "")
    if not name or getattr(settings, "ANYMAIL", {}).get(name):
        return []
    hint = f"Set ANYMAIL_{name} to the key that {provider()} shows beside its webhook."
    return [Warning(f"{provider()} signs its reports, and nobody checks that.", hint=hint, id="notifications.W003")]


def provider() -> str:
    """The provider's name as Anymail writes it; empty where email goes out another way."""
    return str(import_string(settings.EMAIL_BACKEND).esp_name) if is_anymails(settings.EMAIL_BACKEND) else ""


def is_anymails(backend: str) -> bool:
    """Whether this backend, or what it is built on, is one of Anymail's; one that can't be loaded isn't anybody's."""
    try:
        return issubclass(import_string(backend), AnymailBaseBackend)
    except ImportError:
        return False
