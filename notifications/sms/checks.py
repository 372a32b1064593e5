"""What a look at the settings tells about SMS before the first text is due. `NotificationsConfig.ready` imports it."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from notifications.sms import backends
from notifications.sms.configuration import optional

TWILIO = "notifications.sms.twilio.Backend"


@register()
def backend_can_be_built(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Both backends exist and have their settings; a service without `SMS_BACKEND` sends no SMS. Sends nothing."""
    found: list[CheckMessage] = []
    for name in ("SMS_BACKEND", "SMS_FALLBACK_BACKEND"):
        try:
            backends.built(optional(name)) if optional(name) else None
        except ImproperlyConfigured as error:
            found.append(Error(str(error), hint=f"{name} needs it.", id="notifications.E101"))
    return found


@register()
def twilio_reports_back(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Without reports nobody learns of texts that didn't arrive, nor of one whose answer was lost."""
    if optional("SMS_BACKEND") != TWILIO or optional("SMS_STATUS_CALLBACK_URL"):
        return []
    hint = "Set SMS_STATUS_CALLBACK_URL to the public address of /webhooks/sms/status/."
    return [Warning("Twilio isn't told where to report.", hint=hint, id="notifications.W101")]
