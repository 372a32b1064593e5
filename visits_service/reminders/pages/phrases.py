"""What the pages say, in the words of one language; what they offer is decided in `visit` and `patient`."""

from __future__ import annotations

from servicekit import masking
from servicekit.pages.look import Notice
from servicekit.words import Words
from visits_service.reminders.choices import Option
from visits_service.reminders.models import Answer
from visits_service.reminders.pages.standing import Sight, Standing
from visits_service.visits import phones

Texts = dict[str, str]


def notices(sight: Sight, *, words: Words) -> list[Notice]:
    """How the visit stands, after what the patient might not expect."""
    found = [standing(sight.standing, words=words)]
    if sight.asked:
        found.insert(0, asked(sight.asked, words=words))
    if sight.changed:
        title = words.say("This visit has changed")
        text = words.say("It is not as we last wrote to you. What you see here is how it stands now.")
        found.insert(0, Notice("new", title, text))
    return found


def standing(state: Standing, *, words: Words) -> Notice:
    """The one notice that every visit has."""
    say = words.say
    return {
        Standing.BOOKED: Notice("open", say("Will you come?"), say("Please confirm, so that we can count on you.")),
        Standing.CONFIRMED: Notice("good", say("Confirmed"), say("Thank you. We look forward to seeing you.")),
        Standing.CANCELLED: Notice("off", say("Cancelled"), say("This visit does not take place.")),
        Standing.PAST: Notice("past", say("In the past"), say("This visit is over.")),
    }[state]


def asked(kind: str, *, words: Words) -> Notice:
    """What the patient waits for."""
    moved = kind == Answer.Kind.MOVE
    title = words.say("You have asked for another time") if moved else words.say("You have asked to cancel")
    return Notice("asked", title, words.say("We will be in touch. Until then your visit stands as it is shown here."))


def of_visit(*, words: Words) -> Texts:
    """The labels of the visit's page."""
    say = words.say
    return {
        "title": say("Your visit"),
        "confirm_label": say("Yes, I will come"),
        "change_label": say("Ask for another time, or cancel"),
    }


def of_facts(*, words: Words) -> Texts:
    """The labels of a visit's facts."""
    return {"when_label": words.say("When"), "where_label": words.say("Where"), "with_label": words.say("With")}


def of_change(*, words: Words) -> Texts:
    """The labels of the page that asks the clinic for a change."""
    say = words.say
    return {
        "title": say("Ask for a change"),
        "question": say("What would you like?"),
        "move_label": say("Another time"),
        "cancel_label": say("To cancel the visit"),
        "text_label": say("Message to the clinic (optional)"),
        "text_hint": say("For example when you could come. Please write nothing about your health."),
        "promise": say("We will be in touch. Until then your visit stands as it is shown here."),
        "send_label": say("Send to the clinic"),
        "back_label": say("Back to the visit"),
    }


def what_is_wrong(field: str, *, most: int, words: Words) -> str:
    """Why the clinic wasn't asked yet."""
    if field == "kind":
        return words.say("Please choose one of the two.")
    return words.say("Please write {most} characters at most.").format(most=most)


def of_preferences(*, words: Words) -> Texts:
    """The labels of the page of channels."""
    say = words.say
    return {
        "title": say("How we remind you"),
        "question": say("Remind me of my visits"),
        "save_label": say("Save"),
        "stop_label": say("Stop all reminders"),
        "promise": say("Your visits stay booked, whatever you choose here."),
        "saved": say("Saved"),
    }


def channel(option: Option, *, words: Words) -> Texts:
    """One line of choice: name, address half hidden, and why it can't be chosen."""
    by_email = option.channel == "email"
    mask = masking.email if by_email else phones.half_hidden
    return {
        "channel": option.channel,
        "label": words.say("By email") if by_email else words.say("By text message (SMS)"),
        "address": mask(option.address) if option.address else "",
        "why": why_fixed(option, words=words) if option.fixed else "",
    }


def why_fixed(option: Option, *, words: Words) -> str:
    """What would have to happen first."""
    by_email = option.channel == "email"
    if option.closed == "no_address":
        unknown_email = words.say("We do not know your email address. Please call us.")
        return unknown_email if by_email else words.say("We do not know your phone number. Please call us.")
    if by_email:
        return words.say("This address refuses our emails. Please call us.")
    return words.say("This number has stopped our messages. Reply START to one of them to get messages again.")


def sum_of(open_channels: set[str], *, words: Words) -> str:
    """What the choice comes to."""
    if open_channels == {"email", "sms"}:
        return words.say("We remind you by email and by text message.")
    if open_channels == {"email"}:
        return words.say("We remind you by email.")
    if open_channels == {"sms"}:
        return words.say("We remind you by text message.")
    return words.say("We send you no reminders.")


def of_stop_email(*, words: Words) -> Texts:
    """The labels of the page that ends emails."""
    say = words.say
    return {
        "title": say("Stop reminders by email"),
        "question": say("Shall we send no more reminders to this address?"),
        "stop_label": say("Stop emails"),
        "promise": say("Your visits stay booked, whatever you choose here."),
        "stopped": say("Stopped"),
        "stopped_text": say("You will get no more reminders by email."),
        "preferences_label": say("Choose how we remind you"),
    }
