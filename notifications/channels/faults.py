"""What mail backends raise, sorted into the two names that failure has here. Used by `email`.

Codes are a closed set of words: a server's own sentence may quote the address, so none is kept.
"""

from __future__ import annotations

import smtplib
import traceback

import requests
from anymail import exceptions as anymail
from urllib3 import exceptions as urllib3

from servicekit.failures import GiveUp, ProviderFailure, TryLater

HANGING_UP = 421
LATER_BY_STATUS = frozenset({408, 409, 425, 429})
UNCLEAR_BY_STATUS = frozenset({502, 504})
REFUSES_US_BY_STATUS = frozenset({401, 403})


def sort(error: OSError | anymail.AnymailError) -> ProviderFailure:
    """The failure to raise in place of what a backend raised."""
    if isinstance(error, anymail.AnymailError):
        return sort_anymail(error)
    if isinstance(error, smtplib.SMTPException):
        return sort_smtp(error)
    return TryLater("connection_failed", accepted_maybe=content_was_on_its_way(error))


def sort_smtp(error: smtplib.SMTPException) -> ProviderFailure:
    """RFC 5321, 4.2.1: a 4yz reply is transient, a 5yz is permanent; no reply says nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return GiveUp("recipient_refused") if min(codes) >= 500 else TryLater("recipient_deferred")
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return TryLater("provider_refuses_us")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return TryLater("provider_refuses_us" if error.smtp_code >= 500 else "provider_busy")
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 400:
        return GiveUp("message_refused") if error.smtp_code >= 500 else TryLater("provider_busy")
    return TryLater("connection_lost", accepted_maybe=content_was_on_its_way(error))


def content_was_on_its_way(error: BaseException) -> bool:
    """Whether the failure came while the content was handed over: the server may have taken it.

    smtplib raises the same error before and after; only the place it came from tells.
    """
    handing_over = smtplib.SMTP.data.__code__
    return any(frame.f_code is handing_over for frame, _ in traceback.walk_tb(error.__traceback__))


def went_stale(error: OSError) -> bool:
    """Whether a connection that was kept open had been closed by the other side before it was used again."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return bool(error.smtp_code == HANGING_UP)
    return isinstance(error, smtplib.SMTPServerDisconnected) and not content_was_on_its_way(error)


def sort_anymail(error: anymail.AnymailError) -> ProviderFailure:
    """Anymail's own verdicts first, then the provider's HTTP status."""
    if isinstance(error, anymail.AnymailRecipientsRefused | anymail.AnymailInvalidAddress):
        return GiveUp("recipient_refused")
    if isinstance(error, anymail.AnymailAPIError):
        return sort_status(error.status_code) if error.status_code else sort_silence(error)
    return GiveUp("unsupported_by_provider")


def sort_status(status: int) -> ProviderFailure:
    """A 2xx comes here when its body made no sense: the message was probably taken."""
    if status in REFUSES_US_BY_STATUS:
        return TryLater("provider_refuses_us")
    if status < 300:
        return TryLater("unclear_answer", accepted_maybe=True)
    if status >= 500 or status in LATER_BY_STATUS:
        return TryLater("provider_busy", accepted_maybe=status in UNCLEAR_BY_STATUS)
    return GiveUp("message_refused")


def sort_silence(error: anymail.AnymailAPIError) -> TryLater:
    """No answer at all: only a connection that never stood means surely not accepted."""
    if isinstance(error, requests.ConnectTimeout) or never_connected(error.__cause__):
        return TryLater("connection_failed")
    return TryLater("connection_lost", accepted_maybe=True)


def never_connected(error: BaseException | None) -> bool:
    """Whether urllib3 says that it could not even connect."""
    reason = getattr(error.args[0], "reason", None) if error and error.args else None
    return isinstance(reason, urllib3.NewConnectionError)
