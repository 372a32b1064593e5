"""Whether text messages can leave: the provider, our account there, and the sender that patients see. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servicekit.doctor.findings import Finding, ok, warning, wrong


class Trouble(StrEnum):
    """Why a provider can't be used; the words are for a person."""

    NONE = ""
    AWAY = "it doesn't answer"
    LOGIN = "it refuses the account's sid or token"
    SETTINGS = "it lacks a setting"
    UNCLEAR = "its answer can't be understood"


DO = {
    Trouble.AWAY: "Let this machine reach it (TWILIO_API_BASE), or wait: https://status.twilio.com",
    Trouble.LOGIN: "Compare TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN with Twilio's console.",
    Trouble.SETTINGS: "Set the variable that this names.",
    Trouble.UNCLEAR: "See that TWILIO_API_BASE is Twilio's address, without a proxy that answers for it.",
}


class Sender(StrEnum):
    """What the provider knows of the sender; UNKNOWN where it wasn't asked."""

    UNKNOWN = "unknown"
    USABLE = "usable"
    NOT_OURS = "not ours"
    NO_SMS = "no SMS"
    NAME = "a name"


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of one: `real` unless it only shows texts to developers; `status` is the account's, in its words.

    `missing` is what a backend says that it lacks.
    """

    name: str
    real: bool = True
    trouble: Trouble = Trouble.NONE
    missing: str = ""
    status: str = ""
    trial: bool = False
    sender: Sender = Sender.UNKNOWN


def judge(providers: list[Provider]) -> list[Finding]:
    """Every provider that is set: the first one, and the one behind it."""
    if not providers:
        return [warning("no texts are sent, as no provider is set", "Set SMS_BACKEND if patients should get texts.")]
    return [finding for each in providers for finding in provider(each)]


def provider(seen: Provider) -> list[Finding]:
    """One of them."""
    if not seen.real:
        return [
            warning(f"texts reach no phone ({seen.name})", "Set SMS_BACKEND to a provider where patients are served.")
        ]
    if seen.trouble:
        about = f"{seen.trouble}: {seen.missing}" if seen.missing else str(seen.trouble)
        return [wrong(f"{seen.name}: {about}", DO[seen.trouble])]
    if not seen.status:
        return [ok(f"{seen.name} has the settings that it needs; whether they are right shows with the first text")]
    fine = ok(f"{seen.name}: the account is {seen.status}, its sender can be used")
    return [*account(seen), *sender(seen)] or [fine]


def account(seen: Provider) -> list[Finding]:
    """Whether the account may send."""
    if seen.status != "active":
        return [wrong(f"{seen.name}: the account is {seen.status}", "See in Twilio's console what it waits for.")]
    if seen.trial:
        do = "Upgrade it in Twilio's console: a trial account writes to verified numbers alone, and puts a line before."
        return [warning(f"{seen.name}: it is a trial account", do)]
    return []


def sender(seen: Provider) -> list[Finding]:
    """Whether the account may send under that name."""
    match seen.sender:
        case Sender.NOT_OURS:
            do = "Set TWILIO_FROM to a number or a messaging service of this account."
            return [wrong(f"{seen.name}: the account doesn't have this sender", do)]
        case Sender.NO_SMS:
            do = "Set TWILIO_FROM to a number that can send SMS: Twilio's console, Phone numbers, Capabilities."
            return [wrong(f"{seen.name}: this number can't send SMS", do)]
        case Sender.NAME:
            do = "Set TWILIO_FROM to a number if patients should be able to answer 1, 2 or STOP."
            return [warning(f"{seen.name}: the sender is a name, which nobody can answer", do)]
    return []
