"""What Twilio posts to us: is it Twilio's, and what does it say? Pure: address, form and tokens are handed in.

https://www.twilio.com/docs/usage/webhooks/webhooks-security. Verify first, then parse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from notifications.sms import intents, twilio_faults

Form = Mapping[str, Sequence[str]]
"""Every posted name with all of its values, as `dict(request.POST.lists())` gives it."""


LONGEST_WORD = 64
"""Characters of an id or a number; Twilio's have about half of that."""


class Refused(ValueError):
    """A request that isn't Twilio's, or isn't what it should be. `code` is from a closed set and names nobody."""

    def __init__(self, code: str, advice: str) -> None:
        super().__init__(f"{code}: {advice}")
        self.code, self.advice = code, advice


class Values(dict[str, Sequence[str]]):
    """A form in the shape that the library's validator takes several values of one name from."""

    def getlist(self, name: str) -> Sequence[str]:
        """All values of that name."""
        return self[name]


def verify(url: str, form: Form, *, signature: str, auth_tokens: Sequence[str]) -> None:
    """Return when one of the tokens signed exactly this address and form; several tokens serve a rotation.

    `url` is the public address as Twilio knows it, with its query, whatever a proxy made of it; `signature` is the
    header `X-Twilio-Signature`. Raises `Refused` with what an operator should do about it.
    """
    if not signature:
        raise Refused("signature_missing", "no X-Twilio-Signature: it isn't Twilio's, or a proxy drops the header")
    tokens = [token for token in auth_tokens if token]
    if not tokens:
        raise Refused("token_missing", "set TWILIO_AUTH_TOKEN: without it nobody can tell whose request this is")
    if not any(RequestValidator(token).validate(url, Values(form), signature) for token in tokens):
        raise Refused("signature_wrong", "check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the address Twilio calls")


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from a person. `from_number` and `to_number` are as Twilio has them, E.164 as a rule."""

    provider_id: str
    from_number: str = field(repr=False)
    to_number: str = field(repr=False)
    text: str = field(repr=False)
    intent: intents.Intent


# Twilio's own verdict where Advanced Opt-Out is on: there the words may be of any language.
VERDICTS = {"STOP": intents.Intent.STOP, "START": intents.Intent.START, "HELP": intents.Intent.HELP}


def inbound(form: Form) -> Inbound:
    """The message that a verified request brings. Raises `Refused` when it has no id or no sender."""
    text = first(form, "Body")
    return Inbound(
        provider_id=needed(form, "MessageSid"),
        from_number=needed(form, "From"),
        to_number=first(form, "To"),
        text=text,
        intent=VERDICTS.get(first(form, "OptOutType").upper()) or intents.intent_of(text),
    )


class State(StrEnum):
    """Where a message is. The last three are final; `UNKNOWN` is a word that Twilio hadn't when this was written."""

    UNDER_WAY = "under_way"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATES = {
    **dict.fromkeys(["accepted", "scheduled", "queued", "sending"], State.UNDER_WAY),
    "sent": State.SENT,
    **dict.fromkeys(["delivered", "read"], State.DELIVERED),
    "undelivered": State.UNDELIVERED,
    **dict.fromkeys(["failed", "canceled"], State.FAILED),
}
# https://www.twilio.com/docs/api/errors: what networks report, beside the codes that a request can fail with.
REASONS = {
    twilio_faults.OPTED_OUT: "opted_out",
    **dict.fromkeys(twilio_faults.NUMBER_NEVER_WORKS, "recipient_refused"),
    30003: "unreachable",
    30004: "blocked",
    30005: "recipient_refused",
    30006: "recipient_refused",
    30007: "filtered",
    30036: "too_late",
    **dict.fromkeys(twilio_faults.OUR_ACCOUNT_OR_SENDER, "provider_refuses_us"),
    **dict.fromkeys(twilio_faults.BUSY, "provider_busy"),
}


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message of ours.

    `reference` is our own name for it, and known even when the answer to our request was lost. `error_code` is
    Twilio's number or 0; `reason` is its meaning: `opted_out`, `recipient_refused`, `unreachable`, `blocked`,
    `filtered`, `too_late`, `provider_busy`, `provider_refuses_us`, `other`, or nothing where nothing failed.
    """

    provider_id: str
    reference: str
    state: State
    error_code: int = 0
    reason: str = ""


def status(url: str, form: Form) -> StatusUpdate:
    """The news that a verified request brings. Raises `Refused` when it doesn't say of which message."""
    digits = first(form, "ErrorCode")
    code = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    return StatusUpdate(
        provider_id=needed(form, "MessageSid"),
        reference=parse_qs(urlsplit(url).query).get("reference", [""])[0],
        state=STATES.get(first(form, "MessageStatus").lower(), State.UNKNOWN),
        error_code=code,
        reason=REASONS.get(code, "other") if code else "",
    )


def first(form: Form, name: str) -> str:
    """The first value of that name, or nothing."""
    return next(iter(form.get(name, ())), "")


def needed(form: Form, name: str) -> str:
    """The first value of that name. Raises `Refused` without one, or for one that is no id and no number."""
    value = first(form, name).strip()
    if not value:
        raise Refused("incomplete", f"{name} is missing: this address takes Twilio's messaging webhooks only")
    if len(value) > LONGEST_WORD or not value.isprintable():
        raise Refused("unreadable", f"{name} isn't one of Twilio's: look at what signs with this token")
    return value
