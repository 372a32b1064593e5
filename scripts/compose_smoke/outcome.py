"""Waits until everything has come to rest, and asks the stack what came of it: its databases, and Mailpit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import requests

from scripts.compose_smoke import mailpit, verdict
from scripts.compose_smoke.composition import Composition
from scripts.compose_smoke.traffic import Sent
from scripts.processes import Trouble

LONGEST_REST_SECONDS = 600
"""A letter that a dead worker had in hand rests for its lease of five minutes first."""

RECEIPTS = "SELECT reference, series, sequence FROM receipts_receipt WHERE kind = 'receipt'"
LETTERS = 'SELECT "to", message_id, state, possible_double FROM notifications_message'


@dataclass(frozen=True, slots=True)
class Result:
    """How many of each there were, and what is wrong, in a sentence each."""

    receipts: int
    letters: int
    reminders: int
    doubles: int
    wrong: list[str]


def wait_for_rest(composition: Composition) -> None:
    """Return once no row of either service wants work; raises Trouble."""
    end = time.monotonic() + LONGEST_REST_SECONDS
    while time.monotonic() < end:
        if at_rest(composition.url("PORT")) and at_rest(composition.url("VISITS_PORT")):
            return
        time.sleep(1)
    raise Trouble(f"rows still want work after {LONGEST_REST_SECONDS} s")


def at_rest(url: str) -> bool:
    """Whether a service's metrics say that no row wants work, now or later."""
    lines = requests.get(f"{url}/metrics", timeout=10).text.splitlines()
    unfinished = [line for line in lines if line.startswith("rows_unfinished{")]
    return bool(unfinished) and all(line.endswith(" 0.0") for line in unfinished)


def judge(composition: Composition, *, payments: Sequence[Sent], visits: Sequence[Sent]) -> Result:
    """What came of the payments and visits."""
    copies = copies_of(mailpit.letters(composition.url("MAILPIT_PORT")))
    documents = [verdict.Document(row[0], row[1], int(row[2])) for row in composition.rows("payments", RECEIPTS)]
    wrong = list(verdict.of_receipts(documents, payments=[payment.reference for payment in payments]))
    people = {"payments": [payment.address for payment in payments], "visits": [visit.address for visit in visits]}
    for service, addresses in people.items():
        records = [record_of(row) for row in composition.rows(service, LETTERS)]
        wrong += verdict.of_letters(copies, records=records, people=addresses)
    receipts = len({document.payment for document in documents} & {payment.reference for payment in payments})
    letters, reminders = (sum(address in copies for address in addresses) for addresses in people.values())
    doubles = sum(len(copies.get(address, [""])) - 1 for addresses in people.values() for address in addresses)
    return Result(receipts, letters, reminders, doubles, wrong)


def record_of(row: Sequence[str]) -> verdict.Record:
    """A row of `LETTERS`; Mailpit gives a Message-ID without its brackets."""
    address, message_id, state, possible_double = row
    return verdict.Record(address, message_id.strip("<>"), state, possible_double == "t")


def copies_of(letters: Sequence[mailpit.Letter]) -> dict[str, list[str]]:
    """The Message-IDs of what came to each address."""
    copies: dict[str, list[str]] = {}
    for letter in letters:
        copies.setdefault(letter.address, []).append(letter.message_id)
    return copies
