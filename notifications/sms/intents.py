"""What a person wants who answers a text message with one word. Pure; used by the webhook of incoming messages."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Intent(StrEnum):
    """What an incoming message asks for. `OTHER` is for people to read."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CONFIRM = "confirm"
    CALL_ME = "call_me"
    OTHER = "other"


# Twilio's own words, which it acts upon before we hear of them; REVOKE and OPTOUT came in 2025:
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
OPT_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
OPT_IN = frozenset({"start", "yes", "unstop"})
HELP = frozenset({"help", "info"})
CONFIRM = "1"
CALL_ME = "2"
KEYCAP = "\u20e3\ufe0f"
QUOTES_AND_ENDS = "\"'.,!()[]* \t\r\n"


def intent_of(text: str) -> Intent:
    """The intent of a message that is one known word or digit and nothing else; case and full stops don't count.

    Like Twilio, it acts on nothing longer: `STOP PLEASE` is for people to read.
    """
    word = keyword(text)
    if word in OPT_OUT:
        return Intent.STOP
    if word in OPT_IN:
        return Intent.START
    if word in HELP:
        return Intent.HELP
    return {CONFIRM: Intent.CONFIRM, CALL_ME: Intent.CALL_ME}.get(word, Intent.OTHER)


def keyword(text: str) -> str:
    """The message as a word to compare: small letters, digits of any script as 0 to 9, no quotes, no full stop."""
    compatible = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(digit(character) for character in compatible if character not in KEYCAP)
    return plain.strip(QUOTES_AND_ENDS)


def digit(character: str) -> str:
    """An Arabic or other decimal digit as ours; anything else as it is."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
