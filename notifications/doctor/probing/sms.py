"""Asks the providers of texts who we are there. Nothing is sent, and nobody's number but our own is named."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.exceptions import ImproperlyConfigured

from notifications import messages
from notifications.doctor.judging.sms import Provider, Sender, Trouble
from notifications.sms import backends, twilio
from notifications.sms.checks import TWILIO
from notifications.sms.configuration import optional, required, several

PATIENCE_SECONDS = 4
NAMES = ("SMS_BACKEND", "SMS_FALLBACK_BACKEND")
SHOWN_ONLY = ("console", "file", "memory")
MESSAGING = "messaging.twilio.com"
ACCOUNT = "2010-04-01/Accounts/{sid}"
REFUSALS = frozenset({401, 403, 404})


class Failed(Exception):
    """What Twilio was asked got no answer, or none that can be used."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def look() -> list[Provider]:
    """The providers that are set, in the order in which they are asked to send."""
    return [provider(path) for name in NAMES if (path := optional(name))]


def provider(path: str) -> Provider:
    """One backend: whether it can be built, and for Twilio what that says of us."""
    kind = path.removeprefix("notifications.sms.").partition(".")[0]
    try:
        backends.built(path)
    except ImproperlyConfigured as lacking:
        return Provider(kind, trouble=Trouble.SETTINGS, missing=str(lacking).partition(":")[0])
    if kind in SHOWN_ONLY:
        return Provider(kind, real=False)
    return twilios(kind) if path == TWILIO else Provider(kind)


def twilios(name: str) -> Provider:
    """Our account and our sender at Twilio."""
    sid = required("TWILIO_ACCOUNT_SID", "copy it from Twilio's console")
    try:
        account = asked(f"{ACCOUNT.format(sid=sid)}.json")
        status, trial = str(account.get("status", "")), account.get("type") == "Trial"
        return Provider(name, status=status, trial=trial, sender=sender(optional("TWILIO_FROM"), sid=sid))
    except Failed as failed:
        return Provider(name, trouble=failed.trouble)


def sender(text: str, *, sid: str) -> Sender:
    """What the account knows of a sender: a messaging service, a number, or a name, which isn't registered anywhere."""
    if twilio.MESSAGING_SERVICE.fullmatch(text):
        return Sender.USABLE if known(f"v1/Services/{text}", host=MESSAGING) else Sender.NOT_OURS
    if not messages.E_164.fullmatch(text):
        return Sender.NAME
    found = asked(f"{ACCOUNT.format(sid=sid)}/IncomingPhoneNumbers.json", PhoneNumber=text)
    numbers = found.get("incoming_phone_numbers") or []
    if not numbers:
        return Sender.NOT_OURS
    return Sender.USABLE if (numbers[0].get("capabilities") or {}).get("sms") else Sender.NO_SMS


def known(path: str, *, host: str) -> bool:
    """Whether there is such a thing in our account."""
    answer = get(path, host=host)
    if answer.status_code == 404:
        return False
    understood(answer)
    return True


def asked(path: str, **query: str) -> dict[str, Any]:
    """What Twilio says there. Raises Failed."""
    return understood(get(path, **query))


def get(path: str, *, host: str = "", **query: str) -> requests.Response:
    """Twilio's answer; one of its other hosts stands beside the first, unless we were led elsewhere."""
    base = urlsplit(optional("TWILIO_API_BASE") or twilio.API)
    place = f"{base.scheme}://{host if host and base.geturl().rstrip('/') == twilio.API else base.netloc}/{path}"
    login = (optional("TWILIO_ACCOUNT_SID"), (several("TWILIO_AUTH_TOKEN") or [""])[0])
    try:
        return requests.get(place, params=query, auth=login, timeout=PATIENCE_SECONDS, allow_redirects=False)
    except requests.RequestException:
        raise Failed(Trouble.AWAY) from None


def understood(answer: requests.Response) -> dict[str, Any]:
    """The object in the answer. Raises Failed."""
    if answer.status_code in REFUSALS:
        raise Failed(Trouble.LOGIN)
    if answer.status_code >= 500:
        raise Failed(Trouble.AWAY)
    try:
        body = answer.json()
    except ValueError:
        raise Failed(Trouble.UNCLEAR) from None
    if answer.status_code != 200 or not isinstance(body, dict):
        raise Failed(Trouble.UNCLEAR)
    return body
