"""Twilio, through its own library: `SMS_BACKEND=notifications.sms.twilio.Backend`.

`TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN` and `TWILIO_FROM` (a number, a sender name, or the sid of a messaging service)
have to be set; `TWILIO_API_BASE` points elsewhere, `SMS_STATUS_CALLBACK_URL` is where Twilio reports what became of
a message. Twilio has no idempotency key for messages. So nothing here sends twice by itself, and a message that may
have been sent is looked up before it is sent again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from notifications.sms import base, twilio_faults
from notifications.sms.configuration import optional, required, several, timeout
from servicekit import environment
from servicekit.failures import GiveUp, ProviderFailure, TryLater

API = "https://api.twilio.com"
LONGEST_CONNECT = 5.0
"""Seconds to connect at most; `SMS_TIMEOUT` says how long an answer is waited for, and may leave less."""

MOST_CONNECTIONS = 100
"""Connections that one process keeps open; more threads than that open theirs anew each time."""

SHORTEST, LONGEST = 1, 36_000
"""Twilio's bounds for `ValidityPeriod`, in seconds: https://www.twilio.com/docs/api/errors/90007"""

LOOK_BACK = 20
"""How many messages to one number are looked through, the newest first."""

MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
ID = re.compile(r"[!-~]{1,255}")
OTHER_SHAPE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What the library stumbles over where an answer isn't of the shape that Twilio's have."""


class Backend(base.SmsBackend):
    """One account of Twilio's and one sender."""

    def __init__(self) -> None:
        sid = required("TWILIO_ACCOUNT_SID", "copy it from Twilio's console, it starts with AC")
        token, *_ = several("TWILIO_AUTH_TOKEN") or [required("TWILIO_AUTH_TOKEN", "copy it from Twilio's console")]
        self.sender = required("TWILIO_FROM", "name a number in E.164 or a messaging service, MG...")
        self.callback = optional("SMS_STATUS_CALLBACK_URL")
        line = Line(optional("TWILIO_API_BASE") or API, patience=timeout())
        # An empty environment for the library's own look-ups: a region set there would bend our address.
        self.client = Client(sid, token, http_client=line, environment={"": ""})

    def send(self, sms: base.Sms) -> base.SentSms:
        """Create the message at Twilio, within the validity that `valid_until` leaves (ten hours at most).

        That period ends in Twilio's own queue: what a network has taken over may still arrive later.
        """
        answer = self.create_once(sms)
        if isinstance(answer, ProviderFailure):
            # Raised out here, where the library's exception, which quotes the number, isn't its context.
            raise answer
        return base.SentSms("twilio", answer)

    def create_once(self, sms: base.Sms) -> str | ProviderFailure:
        """Twilio's id for the message, or how it failed; a strange answer to a new message is final."""
        found = outcome(lambda: self.already_created(sms), unclear=TryLater("unclear_answer"))
        return found or outcome(lambda: self.create(sms), unclear=GiveUp("unclear_answer"))

    def create(self, sms: base.Sms) -> str:
        """Create it and return its id. Raises what the library raises."""
        message = self.client.messages.create(to=sms.to, body=sms.text, **self.options(sms))
        if message.status in twilio_faults.DEAD_STATES:
            raise twilio_faults.sort_code(message.error_code or 0, status=400)
        return id_of(message.sid)

    def options(self, sms: base.Sms) -> dict[str, Any]:
        """Everything but recipient and text."""
        sender = sms.sender or self.sender
        options: dict[str, Any] = {
            "messaging_service_sid" if MESSAGING_SERVICE.fullmatch(sender) else "from_": sender,
        }
        if sms.valid_until:
            options["validity_period"] = validity(sms.valid_until, now=timezone.now())
        if self.callback:
            options["status_callback"] = f"{self.callback}?{urlencode({'reference': sms.reference})}"
        return options

    def already_created(self, sms: base.Sms) -> str:
        """The id of an equal message of the time in doubt, or nothing.

        Equal is: same number, same text. Two messages that differ in nothing a patient could see count as one.
        Nothing is found in an account that has Twilio redact its messages.
        """
        if not sms.maybe_sent_since:
            return ""
        begun = sms.maybe_sent_since - timedelta(seconds=1)  # Twilio's times have no fractions
        for found in self.client.messages.list(to=sms.to, limit=LOOK_BACK, page_size=LOOK_BACK):
            # A trial account puts a sentence before the text.
            if found.date_created and found.date_created >= begun and (found.body or "").endswith(sms.text):
                return id_of(found.sid)
        return ""


def outcome(ask: Callable[[], str], *, unclear: ProviderFailure) -> str | ProviderFailure:
    """What is asked for, or how that failed: `unclear` where an answer isn't of the shape that Twilio's have."""
    try:
        return ask()
    except ProviderFailure as failure:
        return failure
    except (TwilioException, requests.RequestException) as error:
        return twilio_faults.sort(error)
    except OTHER_SHAPE:
        return unclear


def id_of(sid: object) -> str:
    """An id of Twilio's. Raises ValueError for what isn't one."""
    if not isinstance(sid, str) or not ID.fullmatch(sid):
        raise ValueError("expected an id")
    return sid


def validity(until: datetime, *, now: datetime) -> int:
    """Whole seconds for which Twilio may keep the message, within its bounds. Raises GiveUp when none are left."""
    left = int((until - now).total_seconds())
    if left < SHORTEST:
        raise GiveUp("too_late")
    return min(left, LONGEST)


class NotAsked(Exception):
    """A mistake of ours, such as a credential that no header can hold: nothing has left the house."""


class Line(HttpClient):  # type: ignore[misc]  # the library is untyped
    """How the library reaches Twilio, in the place that it leaves for a client of one's own.

    The library's default client hands one thread's answer to another, follows no other address, and logs each
    request's query, which can hold a number. This one keeps nothing of a request, and never repeats one.
    """

    def __init__(self, address: str, *, patience: float) -> None:
        """Lead to `address`, such as `https://api.twilio.com`, and wait that many seconds for an answer.

        Raises ImproperlyConfigured when it is no address.
        """
        super().__init__(logging.getLogger(__name__), is_async=False)
        parts = environment.parts_of(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ImproperlyConfigured("TWILIO_API_BASE is no address: expected one such as https://api.twilio.com.")
        self.address = address.rstrip("/")
        self.patience = min(patience, LONGEST_CONNECT), patience
        self.session = remembering(self.address)
        self.session.mount(self.address, HTTPAdapter(pool_maxsize=MOST_CONNECTIONS, max_retries=0))

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Ask once and return the answer. Raises what `check` does, and NotAsked."""
        rest = urlsplit(url)._replace(scheme="", netloc="").geturl()
        asked = {"params": params, "data": data, "headers": headers, "auth": auth}
        answer = self.ask(method.upper(), self.address + rest, timeout=timeout or self.patience, **asked)
        answer.encoding = "utf-8"
        check(answer, looking=method.upper() == "GET")
        return Response(answer.status_code, answer.text, answer.headers)

    def ask(self, method: str, address: str, **asked: Any) -> requests.Response:
        """The one request, to no other address than this. Raises requests.RequestException and NotAsked."""
        try:
            return self.session.request(method, address, allow_redirects=False, **asked)
        except requests.RequestException:
            raise
        except OTHER_SHAPE as error:
            raise NotAsked(type(error).__name__) from None  # whose words may quote the token, or the number


def remembering(address: str) -> requests.Session:
    """A session that asks the environment once which proxy and which certificates lead to the address.

    Any other walks the whole environment for each request, which took a quarter of a text's CPU.
    """
    session = requests.Session()
    said = session.merge_environment_settings(address, {}, None, None, None)
    session.trust_env, session.proxies, session.verify = False, said["proxies"], said["verify"]
    return session


def check(answer: requests.Response, *, looking: bool) -> None:
    """Refuse what the library would stumble over: a redirect, a page that is none, a yes without what was asked for."""
    if 300 <= answer.status_code < 400:
        raise TwilioRestException(answer.status_code, "")
    if looking and answer.status_code >= 400:
        raise twilio_faults.sort_status(answer.status_code)
    if answer.status_code < 300 and not has(answer, "messages" if looking else "sid"):
        raise TryLater("unclear_answer") if looking else GiveUp("unclear_answer")


def has(answer: requests.Response, name: str) -> bool:
    """Whether the body is a JSON object with a value of that name."""
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get(name) is not None
