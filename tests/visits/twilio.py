"""Posts as Twilio makes them: a form, signed with the account's token over the public address."""

from __future__ import annotations

from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from twilio.request_validator import RequestValidator

TOKEN = "visibly-fake-twilio-token"
PUBLIC_URL = "https://visits.clinic.example"
INBOUND, STATUS = "/webhooks/sms/inbound/", "/webhooks/sms/status/"
PHONE, CLINIC = "+48601000001", "+48225550100"
NUMBERS = count(1)
FORM_TYPE = "application/x-www-form-urlencoded"


def a_text(body: str = "1", *, sid: str = "SM" + "1" * 32, number: str = PHONE, **more: str) -> dict[str, str]:
    """What Twilio posts for an incoming message."""
    about = {
        "AccountSid": "AC" + "0" * 32,
        "MessageSid": sid,
        "SmsSid": sid,
        "NumMedia": "0",
        "ApiVersion": "2010-04-01",
    }
    return about | {"From": number, "To": CLINIC, "Body": body} | more


def signature(form: dict[str, str], *, path: str = INBOUND, token: str = TOKEN, public_url: str = PUBLIC_URL) -> str:
    """The header that Twilio sends."""
    return str(RequestValidator(token).compute_signature(public_url + path, form))


def post(form: dict[str, str], *, path: str = INBOUND, **headers: str) -> Any:
    """The answer to a post of Twilio's, signed unless a header says otherwise."""
    given = {"X-Twilio-Signature": signature(form, path=path)} | headers
    stranger = Client(enforce_csrf_checks=True)
    return stranger.generic("POST", path, urlencode(form), content_type=FORM_TYPE, headers=given)


def texted(body: str, *, sid: str | None = None, number: str = PHONE) -> Any:
    """The answer to somebody's text message; each has an id of its own unless one is given."""
    return post(a_text(body, sid=sid or f"SM{next(NUMBERS):032}", number=number))
