"""What the rows' codes mean, in the words of the front desk. Pure; `telling` and the pages use it."""

from __future__ import annotations

from collections.abc import Mapping

CHANNELS = {"email": "email", "sms": "text message"}
BY = {"email": "by email", "sms": "by text message"}

WHY_NOT: Mapping[str, str] = {
    "started": "the visit had begun",
    "too_late": "there was too little time left before the visit",
    "quiet_hours": "nothing but quiet hours were left before the visit",
    "merged": "another one said the same at that time",
    "not_wanted": "the clinic doesn't write to this patient this way",
    "opted_out": "the patient, or whoever has this address, refuses it",
    "no_address": "no address is known",
}
"""Why a reminder didn't go out, by the code on its row."""

OUTCOMES: Mapping[str, str] = {
    "underway": "It is being sent",
    "accepted": "The provider took it",
    "try_later": "The provider couldn't take it; it is tried again",
    "gave_up": "The provider refused it",
    "unknown": "Sending was interrupted; it may have gone out",
}
REPORTS: Mapping[str, str] = {
    "under_way": "It is under way at the provider",
    "sent": "The provider has handed it on",
    "deferred": "It is delayed; the provider keeps trying",
    "delivered": "It arrived",
    "bounced": "It came back: it can't be delivered there",
    "complained": "Whoever got it reported it as spam",
    "unsubscribed": "Whoever got it unsubscribed at the provider",
    "unknown": "The provider reports something else",
}

KINDS: Mapping[str, str] = {
    "confirm": "will come",
    "call_me": "asks to be called",
    "move": "asks for another time",
    "cancel": "asks to cancel",
    "stop": "wants no more text messages",
    "start": "wants text messages again",
    "help": "asks for help",
    "other": "writes",
}
"""What a patient said."""

READ_THERE = "Whoever reads it there learns when and where the visit is, and can answer as the patient would."
KEPT = "The patient's record keeps the address for whatever is still to come."
"""What comes of a reminder to another address."""

OBSTACLES: Mapping[str, str] = {
    "outdated": "Something has changed since you opened this page. Look at it again before you send anything.",
    "not_ahead": "The visit doesn't take place, so nobody is reminded of it.",
    "started": "The visit has begun.",
    "not_offered": "This installation sends no text messages.",
    "no_address": "That address can't be written to.",
    "opted_out": "Whoever has this address refuses such messages. If they say otherwise, end that among the opt-outs.",
    "under_way": "One is on its way there already. Wait until it has arrived or come back.",
}
DOUBTS: Mapping[str, str] = {
    "quiet_hours": "It is quiet hours where the patient is: a phone may wake them.",
    "short_notice": "The visit begins very soon: a call may be better.",
    "told_already": "A reminder of this visit has gone to this address already.",
    "still_to_come": "Another reminder is planned for later, and will go out too.",
}
SENT = "It is on its way. This page shows what becomes of it."


def in_words(code: str) -> str:
    """A code that has no sentence of its own."""
    return code.replace("_", " ")


def why_not(code: str) -> str:
    """Why a reminder didn't go out."""
    return WHY_NOT.get(code) or in_words(code)


def rule(lead: str) -> str:
    """Which rule asked for a reminder; nothing for one that a person sent."""
    match lead.partition(":")[0]:
        case "failover":
            return "in place of one that didn't arrive"
        case "by_hand":
            return ""
    return f"by the rule {lead} before"
