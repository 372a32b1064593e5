"""What a payment, a refund, an event or a PDF waits for: a sentence with what to do for each code on its row. Pure.

A code that isn't ours is Stripe's own, or the name of an error of our program; both are named in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from servicekit.words import Words

DOCTOR, RECONCILE = "python -m payments_service doctor", "python -m payments_service reconcile"


def sentence(code: str, *, words: Words) -> str:
    """What stands in the way, without a full stop; nothing where nothing does."""
    if not code:
        return ""
    if known := sentences(words).get(code):
        return known
    if code.islower():
        return words.say("Stripe answered {code}").format(code=code)
    return words.say("our program failed at it ({code}); if it stays so, tell whoever looks after this system").format(
        code=code
    )


def sentences(words: Words) -> Mapping[str, str]:
    """All codes that are ours."""
    return {**of_documents(words), **of_money(words), **of_stripe(words)}


def of_documents(words: Words) -> dict[str, str]:
    """Why a document has no PDF yet."""
    away = words.say("the storage of the PDFs is away or full; it is tried again, and {command} says more")
    return {"storage_away": away.format(command=DOCTOR)}


def of_money(words: Words) -> dict[str, str]:
    """Why money that came or went back has no document yet."""
    unknown = words.say("its payment's own event hasn't come: {command} looks for it")
    return {
        "account_has_no_profile": words.say("nobody has described the clinic of its account in CLINIC_ACCOUNTS_FILE"),
        "receipt_not_issued": words.say("its payment has no receipt yet, which comes first"),
        "payment_unknown": unknown.format(command=RECONCILE),
        "never_paid": words.say("nothing was ever captured, so there is nothing to correct"),
        "other_currency": words.say("it can't be reckoned against the receipt: see to it by hand"),
        "changed_again": words.say("Stripe reports yet another amount after the correction: see to it by hand"),
    }


def of_stripe(words: Words) -> dict[str, str]:
    """Why Stripe's word isn't known yet."""
    return {
        "charge_not_there_yet": words.say("Stripe doesn't show its charge yet; it is asked again"),
        "refunds_not_told": words.say("its refunds' own events are missing: send refund.created too"),
        "out_of_time": words.say("there was no time left to ask Stripe; it is asked again"),
        "no_stripe_api_key": words.say("what it is about has to be fetched from Stripe: set STRIPE_API_KEY"),
        "no_related_object": words.say("it is about nothing that could be fetched from Stripe"),
        "resource_missing": words.say(
            "Stripe knows no such object: is STRIPE_API_KEY another account's or of test mode?"
        ),
        "stripe_refuses_our_key": words.say("Stripe refuses STRIPE_API_KEY: set another one"),
        "account_invalid": words.say("STRIPE_API_KEY may not act for its account: connect it, or set the key that may"),
        "stripe_unclear": words.say("Stripe's answer could not be read; it is asked again"),
        "APIConnectionError": words.say("Stripe could not be reached; it is asked again"),
        "RateLimitError": words.say("Stripe was asked too often; it is asked again"),
    }
