"""Settings that could send nothing are found when the process starts."""

from __future__ import annotations

from pytest_django import Settings

from notifications.sms import checks


def ids(app_configs: None = None) -> list[str | None]:
    """What the checks of SMS find."""
    found = [*checks.backend_can_be_built(app_configs), *checks.twilio_reports_back(app_configs)]
    return [message.id for message in found]


def test_a_service_that_sends_no_sms_needs_no_settings(settings: Settings) -> None:
    settings.SMS_BACKEND = settings.SMS_FALLBACK_BACKEND = ""

    assert ids() == []


def test_a_backend_without_its_settings_is_an_error_and_twilio_without_reports_a_warning(
    twilio_settings: Settings,
) -> None:
    complete = ids()
    twilio_settings.SMS_FALLBACK_BACKEND = "notifications.sms.apprise.Backend"
    twilio_settings.APPRISE_SMS_URL = ""
    twilio_settings.SMS_STATUS_CALLBACK_URL = "https://visits.clinic.example/webhooks/sms/status/"

    assert complete == ["notifications.W101"]
    assert ids() == ["notifications.E101"]
