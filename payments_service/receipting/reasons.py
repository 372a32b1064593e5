"""Why a document didn't arrive, in words for the front desk: a sentence for each code of a closed set. Pure."""

from __future__ import annotations

NO_ADDRESS = "Nobody gave an email address."
NO_USABLE_ADDRESS = "The address that was given can't be an email address."
COMPLAINED = "It arrived, and was reported as spam. Ask before you send again."
MAYBE = "It may have arrived all the same."
ERASED = "This person's data was erased: the letter that was sent afterwards holds them again."

# Anymail's reasons, and what happened where a provider gives none: see `notifications.channels.email_tracking`.
BOUNCED = {
    "invalid": "There is no such address.",
    "bounced": "The mailbox sent it back: it doesn't exist, is full, or takes nothing from us.",
    "timed_out": "The patient's mail server didn't take it for too long.",
    "blocked": "The patient's mail server blocks us, or the address is on our mail provider's list of dead ones.",
    "spam": "The patient's mail server took it for spam.",
    "unsubscribed": "The patient has unsubscribed from our email at the provider.",
    "rejected": "Our mail provider refused to send it.",
    "failed": "Our mail provider could not send it.",
}
SENT_BACK = "It was sent back, and nobody says why."

# What delivery gives up with: see `notifications.channels.faults`. The last ones are tried again for a day before.
FAILED = {
    "recipient_refused": "The patient's mail server refuses this address.",
    "message_refused": "The mail server refuses this letter; the address may be right.",
    "unclear_answer": "Our mail provider gave no clear answer.",
    "backend_sent_nothing": "Our mail provider sent nothing, and doesn't say why.",
    "unsupported_by_provider": "Our mail provider can't send a letter like this.",
    "recipient_deferred": "The patient's mail server put us off for a whole day.",
    "provider_busy": "Our mail provider was busy for a whole day.",
    "provider_refuses_us": "Our mail provider refused us for a whole day: tell whoever looks after this system.",
    "connection_failed": "Our mail provider could not be reached for a whole day.",
    "connection_lost": "The line to our mail provider broke for a whole day.",
    "attachment_missing": "Its PDF is missing from the files: tell whoever looks after this system.",
    "attachment_unreadable": "Its PDF could not be read for a whole day: tell whoever looks after this system.",
}
GIVEN_UP = "Something went wrong on our side ({code}): tell whoever looks after this system."


def sentence(why: str, *, code: str, address: str, maybe_arrived: bool, erased: bool = False) -> str:
    """What happened, by the words of `undelivered`; a code that nobody knows is told as it is."""
    said = {
        "no_address": NO_USABLE_ADDRESS if address else NO_ADDRESS,
        "bounced": BOUNCED.get(code, SENT_BACK),
        "failed": FAILED.get(code) or GIVEN_UP.format(code=code or "no reason"),
        "complained": COMPLAINED,
    }[why]
    more = ((MAYBE, maybe_arrived and why == "failed"), (ERASED, erased))
    return " ".join([said, *(remark for remark, so in more if so)])
