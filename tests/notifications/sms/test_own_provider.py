"""The provider that `docs/how-to/add-an-sms-provider.md` writes keeps to what that page asks for."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
import responses
from pytest_django import Settings

from notifications.sms import base
from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "how-to" / "add-an-sms-provider.md").read_text(encoding="utf-8")
ADDRESS = "https://api.pigeon.example/v1/messages"
SMS = base.Sms(to="+48601000001", text="Tomorrow at ten", reference="reminder-7")


@pytest.fixture
def backend(settings: Settings) -> base.SmsBackend:
    """The class of the page, as somebody would paste it."""
    settings.TWILIO_FROM = "Clinic"
    written: dict[str, Any] = {"__name__": "pigeon"}
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, written)  # noqa: S102
    made = written["Backend"]()
    assert isinstance(made, base.SmsBackend)
    return made


def failure_of(backend: base.SmsBackend) -> ProviderFailure:
    """How it names what the provider does."""
    with pytest.raises(ProviderFailure) as raised:
        backend.send(SMS)
    assert SMS.to not in repr(raised.value)
    return raised.value


@responses.activate
def test_it_sends_once_under_the_messages_reference(backend: base.SmsBackend) -> None:
    responses.post(ADDRESS, status=201, json={"id": "p-1"})

    sent = backend.send(SMS)

    assert sent == base.SentSms("pigeon", "p-1")
    assert responses.calls[0].request.headers["Idempotency-Key"] == "reminder-7"


@responses.activate
@pytest.mark.parametrize(
    ("status", "kind", "code", "maybe"),
    [
        (429, TryLater, "provider_busy", False),
        (503, TryLater, "provider_down", True),
        (401, TryLater, "provider_refuses_us", False),
        (422, GiveUp, "recipient_refused", False),
        (400, GiveUp, "message_refused", False),
    ],
)
def test_what_the_provider_refuses_has_one_of_two_names(
    backend: base.SmsBackend, status: int, kind: type[ProviderFailure], code: str, maybe: bool
) -> None:
    responses.post(ADDRESS, status=status)

    failure = failure_of(backend)

    assert (type(failure), failure.code) == (kind, code)
    assert getattr(failure, "accepted_maybe", False) is maybe


@responses.activate
@pytest.mark.parametrize(
    ("lost", "code", "maybe"),
    [
        (requests.ConnectTimeout(), "connection_failed", False),
        (requests.ReadTimeout(), "connection_lost", True),
        (requests.ConnectionError(), "connection_lost", True),
    ],
)
def test_an_answer_that_is_lost_may_have_been_a_yes(
    backend: base.SmsBackend, lost: Exception, code: str, maybe: bool
) -> None:
    responses.post(ADDRESS, body=lost)

    failure = failure_of(backend)

    assert isinstance(failure, TryLater)
    assert (failure.code, failure.accepted_maybe) == (code, maybe)
