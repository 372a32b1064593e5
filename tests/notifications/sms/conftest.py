"""Backends are built anew for each test: they read their settings once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses
from pytest_django import Settings

from notifications.sms import backends, memory
from tests.notifications.sms import builders


@pytest.fixture(autouse=True)
def _built_anew() -> Iterator[None]:
    """No backend and no message of another test."""
    backends.forget()
    memory.outbox.clear()
    yield
    backends.forget()
    memory.outbox.clear()


@pytest.fixture
def twilio_settings(settings: Settings) -> Settings:
    """Settings that lead to Twilio."""
    settings.SMS_BACKEND = "notifications.sms.twilio.Backend"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = builders.ACCOUNT, builders.TOKEN
    settings.TWILIO_FROM = builders.SENDER
    settings.TWILIO_API_BASE = settings.SMS_FALLBACK_BACKEND = settings.SMS_STATUS_CALLBACK_URL = ""
    return settings


@pytest.fixture
def twilio(twilio_settings: Settings) -> Iterator[responses.RequestsMock]:
    """Twilio's HTTP side; a request that the test didn't expect fails as a broken connection would."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
