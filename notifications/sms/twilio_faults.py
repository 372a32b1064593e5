"""What Twilio and the way there raise, sorted into TryLater and GiveUp. Pure; used by `twilio`, `twilio_webhooks`.

Twilio's codes: https://www.twilio.com/docs/api/errors. Its own sentences quote the number, so none is kept.
"""

from __future__ import annotations

import ssl

import requests
from twilio.base.exceptions import TwilioException
from urllib3 import exceptions as urllib3

from servicekit.failures import GiveUp, ProviderFailure, TryLater

OPTED_OUT = 21610
"""The recipient has said STOP to this sender: Twilio refuses until they say START. Consent is learned from it."""

DEAD_STATES = frozenset({"failed", "undelivered", "canceled"})

NUMBER_NEVER_WORKS = frozenset(
    {
        21211,  # not a valid number
        21217,  # not a valid number, in an older wording
        21614,  # not a mobile number
        21635,  # a landline
    }
)
OUR_ACCOUNT_OR_SENDER = frozenset(
    {
        20003,  # wrong credentials
        20005,  # account suspended
        20008,  # test credentials
        20404,  # no such account
        21212,  # not a valid sender
        21408,  # the recipient's country isn't switched on
        21603,  # no sender given
        21606,  # the sender isn't ours, or can't send SMS
        21608,  # a trial account may only write to verified numbers
        21609,  # the status callback is no address
        21612,  # this sender can't reach that number's network
        21659,  # the sender isn't a number of Twilio's
        21660,  # the sender belongs to another account
        21701,  # no such messaging service
        21703,  # the messaging service has no sender
        21704,  # the messaging service has no number
        21705,  # no such messaging service
        30034,  # the sender isn't registered with the networks
    }
)
BUSY = frozenset(
    {
        20429,  # too many requests at once; never processed
        21611,  # this sender's queue is full
        30001,  # this account's queue is full
        63038,  # the account's limit for today is reached
    }
)
REFUSES_US_BY_STATUS = frozenset({401, 402, 403, 404})
LATER_BY_STATUS = frozenset({408, 425, 429})
SURELY_DOWN_BY_STATUS = frozenset({503})


def sort(error: TwilioException | requests.RequestException) -> ProviderFailure:
    """The failure to raise in place of what the library raised."""
    if isinstance(error, requests.RequestException):
        return sort_silence(error)
    status, code = getattr(error, "status", 0), getattr(error, "code", 0)
    if not isinstance(status, int) or status == 0:
        return TryLater("connection_lost", accepted_maybe=True)
    return sort_code(code if isinstance(code, int) else 0, status=status)


def sort_code(code: int, *, status: int) -> ProviderFailure:
    """By Twilio's own code where it says more than the HTTP status."""
    if code == OPTED_OUT:
        return GiveUp("opted_out")
    if code in NUMBER_NEVER_WORKS:
        return GiveUp("recipient_refused")
    if code in OUR_ACCOUNT_OR_SENDER:
        return TryLater("provider_refuses_us")
    if code in BUSY:
        return TryLater("provider_busy")
    return sort_status(status)


def sort_status(status: int) -> ProviderFailure:
    """By the HTTP status alone.

    A 500 may come after Twilio took the message (https://www.twilio.com/docs/api/errors/20500), a 503 and a 429
    come before. A redirect leads nowhere: the configured address is wrong.
    """
    if status >= 500:
        return TryLater("provider_down", accepted_maybe=status not in SURELY_DOWN_BY_STATUS)
    if status in LATER_BY_STATUS:
        return TryLater("provider_busy")
    if status in REFUSES_US_BY_STATUS or status < 400:
        return TryLater("provider_refuses_us")
    return GiveUp("message_refused")


def sort_silence(error: requests.RequestException) -> TryLater:
    """No answer at all: only a connection that never stood means surely not accepted."""
    if isinstance(error, requests.ConnectTimeout) or never_connected(error):
        return TryLater("connection_failed")
    return TryLater("connection_lost", accepted_maybe=True)


def never_connected(error: requests.RequestException) -> bool:
    """Whether urllib3 says that it could not even connect: no such name, nobody there, the wrong certificate."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.NewConnectionError | urllib3.ConnectTimeoutError | urllib3.ProxyError)
