"""What only a look at the settings can tell before the first message is sent."""

from __future__ import annotations

from typing import Any

from anymail.backends.base import AnymailBaseBackend
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from notifications.channels import email_tracking

LONGEST_TIMEOUT = 20
SMTP = "django.core.mail.backends.smtp.EmailBackend"
ANYMAIL_RESEND = "anymail.backends.resend.EmailBackend"


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


def is_anymails(backend: str) -> bool:
    """Whether this backend, or what it is built on, is one of Anymail's; one that can't be loaded isn't anybody's."""
    try:
        return issubclass(import_string(backend), AnymailBaseBackend)
    except ImportError:
        return False
