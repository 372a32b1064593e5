"""What came of it: asks both databases, the folder of PDFs, the mail server and Twilio. `verdict` judges."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.faults.mail import Letter, MailServer
from bench.faults.texts import Text, TextServer

RECEIPTS = "SELECT reference, series, sequence, pdf_key, pdf_sha256 FROM receipts_receipt"
EVENTS = "SELECT stripe_id FROM webhooks_stripeevent"
LETTERS = """
    SELECT m."to", m.message_id, m.state, m.possible_double,
           (SELECT count(*) FROM notifications_attempt a WHERE a.message_id = m.id AND (a.outcome = 'unknown'
               OR (a.outcome = 'try_later' AND a.code IN ('connection_failed', 'connection_lost'))))
    FROM notifications_message m WHERE m.channel = 'email'
"""
TEXTS = """
    SELECT "to", provider_message_id, text, state, possible_double FROM notifications_message WHERE channel = 'sms'
"""
REMINDERS = """
    SELECT v.external_id, r.channel, r.state FROM reminders_reminder r
    JOIN visits_visit v ON v.id = r.visit_id AND v.version = r.visit_version
"""
UNFINISHED = {
    "payments": (
        *("webhooks_stripeevent", "payments_payment", "payments_movement", "receipts_receipt"),
        "notifications_message",
    ),
    "visits": ("reminders_reminder", "notifications_message"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt on record, the hash of its PDF (SHA-256, hex), and whether the folder has a file with that hash."""

    payment: str
    series: str
    sequence: int
    pdf_agrees: bool
    pdf: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A letter on record. `in_doubt` counts the attempts of which nobody knows whether they brought it across."""

    address: str
    message_id: str
    state: str
    possible_double: bool
    in_doubt: int


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A text on record, under the id (`sid`) that Twilio gave it."""

    number: str
    sid: str
    text: str
    state: str
    possible_double: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """The end state of both services, what the mail server and Twilio took, and whose texts Twilio left in doubt."""

    events: Sequence[str]
    receipts: Sequence[Receipt]
    letters: Sequence[Record]
    reminder_letters: Sequence[Record]
    reminders: Sequence[tuple[str, str, str]]
    taken: Sequence[Letter]
    text_records: Sequence[TextRecord]
    texts: Sequence[Text]
    texts_in_doubt: Collection[str]


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a database answers."""
    with psycopg.connect(url) as session:
        return session.execute(query).fetchall()


def unfinished(urls: Mapping[str, str]) -> dict[str, int]:
    """How many rows want work, now or later, by service and table; those with none are left out."""
    counts = {
        f"{service} {table}": int(
            rows(urls[service], f"SELECT count(*) FROM {table} WHERE due_at IS NOT NULL")[0][0]  # noqa: S608 - ours
        )
        for service, tables in UNFINISHED.items()
        for table in tables
    }
    return {name: count for name, count in counts.items() if count}


def progress(urls: Mapping[str, str]) -> tuple[int, int, int, int]:
    """Events kept, receipts issued, receipts rendered, letters sent."""
    query = """
        SELECT (SELECT count(*) FROM webhooks_stripeevent), count(*), count(rendered_at),
               (SELECT count(*) FROM notifications_message WHERE state = 'sent') FROM receipts_receipt
    """
    kept, issued, rendered, sent = rows(urls["payments"], query)[0]
    return kept, issued, rendered, sent


def find(urls: Mapping[str, str], *, media: Path, mail: MailServer, twilio: TextServer) -> Findings:
    """All of it."""
    return Findings(
        events=[row[0] for row in rows(urls["payments"], EVENTS)],
        receipts=[receipt(*row, media=media) for row in rows(urls["payments"], RECEIPTS)],
        letters=[Record(*row) for row in rows(urls["payments"], LETTERS)],
        reminder_letters=[Record(*row) for row in rows(urls["visits"], LETTERS)],
        reminders=[(row[0], row[1], row[2]) for row in rows(urls["visits"], REMINDERS)],
        taken=list(mail.letters),
        text_records=[TextRecord(*row) for row in rows(urls["visits"], TEXTS)],
        texts=twilio.texts,
        texts_in_doubt=set(twilio.in_doubt),
    )


def receipt(payment: str, series: str, sequence: int, key: str, sha256: str, *, media: Path) -> Receipt:
    """A row, with a look at its file."""
    file = media / key
    agrees = bool(key) and file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    return Receipt(payment, series, sequence, agrees, sha256)
