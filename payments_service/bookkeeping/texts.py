"""Says a proof in one language: what a terminal, a page and an email then only have to lay out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta

from payments_service.bookkeeping import sentences, tables
from payments_service.bookkeeping.proof import MARKED, URGENT, Chore, Item, Open, Outcome, Proof
from payments_service.bookkeeping.sentences import Statement
from payments_service.bookkeeping.tables import Table
from payments_service.payments import obstacles
from payments_service.payments import words as obstacle_words
from servicekit.words import Words

MINUTE = timedelta(minutes=1)
WAITING = (
    Chore.PAYMENT_WITHOUT_RECEIPT,
    Chore.MOVEMENT_WITHOUT_DOCUMENT,
    Chore.EVENT_FAILED,
    Chore.DOCUMENT_WITHOUT_PDF,
)
"""What waits for something that has a sentence; why letters didn't arrive is told where the front desk sees to them."""
VERIFY, RECONCILE = "python -m payments_service verify", "python -m payments_service reconcile"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do: its id or number, since when it waits and why, in words, and its page in the admin."""

    name: str
    since: str
    why: str
    path: str


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to do of one kind; `more` is how many beside those named, `path` their list in the admin."""

    text: str
    count: int
    urgent: bool
    entries: tuple[Entry, ...]
    more: str
    path: str


@dataclass(frozen=True, slots=True)
class Report:
    """A proof in words. `language` is a BCP 47 tag, `direction` "ltr" or "rtl"."""

    title: str
    headline: str
    outcome: Outcome
    statements: tuple[Statement, ...]
    tables: tuple[Table, ...]
    to_do: str
    nothing: str
    tasks: tuple[Task, ...]
    language: str
    direction: str


def report(proof: Proof, *, words: Words, zone: ZoneInfo) -> Report:
    """The whole proof; instants by the clock of the zone."""
    tasks = tuple(task(each, now=proof.made_at, words=words, zone=zone) for each in proof.to_do)
    return Report(
        title=words.say("Daily proof of {day}").format(day=format_date(proof.day, "full", locale=words.locale)),
        headline=headline(proof, words=words),
        outcome=proof.outcome,
        statements=sentences.statements(proof, words=words, zone=zone),
        tables=tables.tables(proof, words=words),
        to_do=words.say("What a person must do"),
        nothing=words.say("Nothing."),
        tasks=tasks,
        language=words.language,
        direction=words.direction,
    )


def headline(proof: Proof, *, words: Words) -> str:
    """The day in a sentence."""
    said = {
        Outcome.PROVEN: words.say("Everything is there and agrees."),
        Outcome.UNCHECKED: words.say("Nothing differs, but Stripe's side is not known."),
        Outcome.DIFFERS: words.say("Findings: {count}").format(count=proof.findings),
    }[proof.outcome]
    sentence = said if said.endswith(".") else f"{said}."
    return said if proof.over else words.say("{said} The day is not over yet.").format(said=sentence)


def task(found: Open, *, now: datetime, words: Words, zone: ZoneInfo) -> Task:
    """What there is to do of one kind, as it stands now."""
    more = found.count - len(found.items)
    return Task(
        text=chore(found.chore, words=words),
        count=found.count,
        urgent=found.chore in (*URGENT, *MARKED),
        entries=tuple(entry(each, chore=found.chore, now=now, words=words, zone=zone) for each in found.items),
        more=words.say("and {count} more").format(count=more) if more else "",
        path=found.path,
    )


def entry(item: Item, *, chore: Chore, now: datetime, words: Words, zone: ZoneInfo) -> Entry:
    """One of them, with its age."""
    since = format_datetime(item.since.astimezone(zone), "medium", locale=words.locale)
    age = format_timedelta(max(now - item.since, MINUTE), locale=words.locale)
    in_words = obstacles.sentence(item.code, words=obstacle_words.of(str(words.locale)))
    return Entry(item.name, f"{since} ({age})", in_words if chore in WAITING else item.code, item.path)


def chore(kind: Chore, *, words: Words) -> str:
    """What is to be done."""
    return {
        Chore.PAYMENT_WITHOUT_RECEIPT: words.say("Paid and without a receipt: see what each waits for"),
        Chore.MOVEMENT_WITHOUT_DOCUMENT: words.say("Refunds and disputes without their document: see what is missing"),
        Chore.EVENT_FAILED: words.say("Events of Stripe's that failed: see why"),
        Chore.DOCUMENT_WITHOUT_PDF: words.say("Documents without a PDF: see why"),
        Chore.RECEIPT_WITHOUT_ADDRESS: words.say("Documents without an address: add one, and they are sent"),
        Chore.LETTER_UNDELIVERED: words.say("Letters that did not arrive: send them in another way"),
        Chore.LETTER_COMPLAINED: words.say("Letters that were reported as spam: ask before you send again"),
        Chore.NUMBERS_WRONG: words.say("Numbers missing or doubled: compare with a backup, see {command}").format(
            command=VERIFY
        ),
        Chore.CHAIN_WRONG: words.say("Faults in the chain: find out what was changed, see {command}").format(
            command=VERIFY
        ),
        Chore.DOCUMENTS_WRONG: words.say("Documents not there or over another amount: compare with a backup"),
        Chore.STRIPE_DIFFERS: words.say("Differences from Stripe: see above, and {command}").format(command=RECONCILE),
    }[kind]
