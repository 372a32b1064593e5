"""What the page says, in the words of one language; what it shows is decided in `sight`."""

from __future__ import annotations

from typing import Protocol

from notifications.models import State
from payments_service.receipting import selectors
from payments_service.receipting.pages.standing import Standing
from receipts import texts
from servicekit.pages.look import Notice
from servicekit.words import Words

Texts = dict[str, str]


class Say(Protocol):
    """Finds the words for a page of one sentence."""

    def __call__(self, *, words: Words) -> Texts:
        """Its title and its text."""


def of_page(*, words: Words) -> Texts:
    """The page's title and headings."""
    return {"title": words.say("Your receipt"), "documents_label": words.say("Documents")}


def of_contact(*, phone: str, words: Words) -> Texts:
    """What stands before the clinic's phone and before its address."""
    or_write = words.say("Or write to us:") if phone else words.say("Questions? Write to us:")
    return {"questions": words.say("Questions? Call us:"), "or_write": or_write}


def of_no_page(*, words: Words) -> Texts:
    """For every link that isn't good, whatever is wrong with it."""
    return {
        "title": words.say("This link does not work"),
        "text": words.say(
            "It is incomplete or too old. Please take the one in our latest email, or ask for a new one."
        ),
        "offer": words.say("If this link was ever good, we send a new one to the email address that we know."),
        "ask_label": words.say("Send me a new link"),
    }


def of_fresh_link(*, words: Words) -> Texts:
    """After a new link was asked for, whatever came of it."""
    return {
        "title": words.say("Look into your mailbox"),
        "text": words.say(
            "If this link was ever good, a new one is on its way to the email address that we know."
            " We send at most one in an hour."
        ),
    }


def of_too_often(*, words: Words) -> Texts:
    """For a link that is used by a machine."""
    return {
        "title": words.say("Please wait a moment"),
        "text": words.say("This page was used too often in a short time. Please try again later, or call us."),
    }


def of_waiting_pdf(*, words: Words) -> Texts:
    """For a document without its PDF."""
    return {"title": words.say("The PDF is not ready yet"), "text": pdf_is_being_made(words=words)}


def of_purged_pdf(*, words: Words) -> Texts:
    """For a document whose time is over."""
    return {"title": words.say("This PDF is no longer kept"), "text": pdf_is_no_longer_kept(words=words)}


def of_damaged_pdf(*, words: Words) -> Texts:
    """For a PDF that was lost or changed."""
    return {
        "title": words.say("This PDF cannot be opened"),
        "text": words.say("Something happened to the file. Please call us or write to us, and we will send it to you."),
    }


def pdf_is_being_made(*, words: Words) -> str:
    """Instead of a button."""
    return words.say("The PDF is being made. Please look again in a minute.")


def pdf_is_no_longer_kept(*, words: Words) -> str:
    """Instead of a button, for good."""
    return words.say(
        "The time for which we keep this PDF is over. If you have questions, please call us or write to us."
    )


def pdf_label(number: str, *, words: Words) -> str:
    """A button's label, which makes sense alone too."""
    return words.say("Open PDF {number}").format(number=number)


def test(*, words: Words) -> Notice:
    """What nobody may take for a receipt."""
    return Notice("new", words.say("This is a test"), words.say("No money was paid."))


def standing(how: Standing, *, words: Words) -> Notice:
    """How the payment stands, in words."""
    amounts = {
        name: texts.amount(minor_units, currency=how.currency, words=words)
        for name, minor_units in [("paid", how.paid), ("returned", how.returned), ("balance", how.balance)]
    }
    title, text = received(how, words=words) if how.returned <= 0 else gone(how, words=words)
    return Notice("good" if how.returned <= 0 else "open", title, text.format(**amounts))


def received(how: Standing, *, words: Words) -> tuple[str, str]:
    """All of it is with the clinic."""
    again = words.say("We have received {paid}. What had gone back has come to us again.")
    return words.say("Paid"), again if how.corrected else words.say("We have received {paid}. Thank you.")


def gone(how: Standing, *, words: Words) -> tuple[str, str]:
    """All or part of it went back: by refund, by chargeback, or by both."""
    say, whole = words.say, how.balance <= 0
    if not how.charged_back:
        part = say("Partly refunded"), say("Of {paid} paid, {returned} were refunded; {balance} remain.")
        return (say("Refunded"), say("All of the {paid} paid was refunded.")) if whole else part
    if not how.refunded:
        part = say("Partly charged back"), say("Of {paid} paid, your bank took back {returned}; {balance} remain.")
        return (say("Charged back"), say("Your bank took back all of the {paid} paid.")) if whole else part
    part = say("Partly returned"), say("Of {paid} paid, {returned} went back to you; {balance} remain.")
    return (say("Returned"), say("All of the {paid} paid went back to you.")) if whole else part


def afterwards(balance: str, *, words: Words) -> str:
    """What was left of the payment after a document."""
    return words.say("Afterwards {balance} remained.").format(balance=balance)


def email(status: str, *, words: Words) -> str:
    """What became of a document's email, and what to do about it; empty where there is nothing to say."""
    say = words.say
    lost = say("Our email with it could not be delivered. Please save the PDF, and tell us your right address.")
    unknown = say("We did not send it, because we know no email address of yours. Please save the PDF.")
    return {
        State.QUEUED: say("Our email with it is on its way to you."),
        State.SENT: say("We sent it to you by email. If you cannot find it, please look into your spam folder."),
        State.DELIVERED: say(
            "Your mail provider took our email with it. If you cannot find it, please look into your spam folder."
        ),
        State.BOUNCED: lost,
        State.FAILED: lost,
        selectors.NO_RECIPIENT: unknown,
    }.get(status, "")
