"""What only a look at the settings can tell before the first message is sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

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
