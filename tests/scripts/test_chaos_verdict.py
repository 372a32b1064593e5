"""What the judge of `bench/chaos.py` lets pass, and what not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.faults import verdict
from bench.faults.findings import Findings, Receipt, Record, TextRecord
from bench.faults.mail import Letter
from bench.faults.texts import Text

PAYMENTS = {"pi_1": "one@payments.example", "pi_2": "two@payments.example"}
VISITS = {"visit-1": "patient@visits.example"}
PHONES = {"visit-1": "+48601000000"}
ONE, TWO, PATIENT = "one@payments.example", "two@payments.example", "patient@visits.example"
PHONE, STRANGERS = "+48601000000", "+48601000009"
TEXT = TextRecord(PHONE, "SM1", "Tomorrow at 10:00.", "sent", False)
GOOD = Findings(
    events=["evt_1", "evt_2"],
    receipts=[Receipt("pi_1", "R-2026", 1, True, "aa"), Receipt("pi_2", "R-2026", 2, True, "bb")],
    letters=[Record(ONE, "<1@a>", "sent", False, 0), Record(TWO, "<2@a>", "sent", False, 0)],
    reminder_letters=[Record(PATIENT, "<3@a>", "sent", False, 0)],
    reminders=[("visit-1", "email", "queued"), ("visit-1", "sms", "queued")],
    taken=[Letter(ONE, "<1@a>", "aa"), Letter(TWO, "<2@a>", "bb"), Letter(PATIENT, "<3@a>")],
    text_records=[TEXT],
    texts=[Text(PHONE, "SM1", "Tomorrow at 10:00.")],
    texts_in_doubt=(),
)
TWICE = [*GOOD.taken, Letter(ONE, "<1@a>", "aa")]
IN_DOUBT = [Record(ONE, "<1@a>", "sent", True, 1), GOOD.letters[1]]


def broken(found: Findings, *, rest: float | None = 20.0) -> list[str]:
    """The promises that weren't kept."""
    lines = verdict.judge(found, events=["evt_1", "evt_2"], payments=PAYMENTS, visits=VISITS, phones=PHONES, rest=rest)
    return [line.promise for line in lines if not line.ok]


def test_a_run_without_a_fault_keeps_every_promise() -> None:
    assert broken(GOOD) == []


def test_a_text_in_doubt_is_right_when_it_is_on_record_as_such() -> None:
    assert broken(replace(GOOD, texts_in_doubt=[PHONE], text_records=[replace(TEXT, possible_double=True)])) == []


def test_a_second_copy_is_right_when_it_is_on_record_as_possible() -> None:
    assert broken(replace(GOOD, taken=TWICE, letters=IN_DOUBT)) == []


@pytest.mark.parametrize(
    "found",
    [
        replace(GOOD, events=["evt_1"]),
        replace(GOOD, receipts=GOOD.receipts[:1]),
        replace(GOOD, receipts=[*GOOD.receipts, Receipt("pi_2", "R-2026", 3, True, "bb")]),
        replace(GOOD, receipts=[GOOD.receipts[0], Receipt("pi_2", "R-2026", 3, True, "bb")]),
        replace(GOOD, receipts=[GOOD.receipts[0], Receipt("pi_2", "R-2026", 2, False, "bb")]),
        replace(GOOD, taken=GOOD.taken[1:]),
        replace(GOOD, letters=[GOOD.letters[0], Record(TWO, "<2@a>", "queued", False, 0)]),
        replace(GOOD, taken=TWICE),
        replace(GOOD, taken=TWICE, letters=[Record(ONE, "<1@a>", "sent", True, 0), GOOD.letters[1]]),
        replace(GOOD, taken=[*TWICE, Letter(ONE, "<1@a>", "aa")], letters=IN_DOUBT),
        replace(GOOD, taken=[*GOOD.taken, Letter(ONE, "<9@a>", "aa")], letters=IN_DOUBT),
        replace(GOOD, taken=[Letter(ONE, "<1@a>"), *GOOD.taken[1:]]),
        replace(GOOD, taken=[Letter(ONE, "<1@a>", "bb"), *GOOD.taken[1:]]),
        replace(GOOD, taken=[*GOOD.taken, Letter("stranger@x.example", "<4@a>")]),
        replace(GOOD, reminders=GOOD.reminders[1:]),
        replace(GOOD, reminders=GOOD.reminders[:1]),
        replace(GOOD, reminders=[*GOOD.reminders, GOOD.reminders[0]]),
        replace(GOOD, texts=[]),
        replace(GOOD, text_records=[replace(TEXT, state="queued")]),
        replace(GOOD, texts=[*GOOD.texts, *GOOD.texts]),
        replace(GOOD, texts=[*GOOD.texts, *GOOD.texts], text_records=[replace(TEXT, possible_double=True)]),
        replace(GOOD, texts=[Text(PHONE, "SM2", TEXT.text)]),
        replace(GOOD, texts=[Text(PHONE, "SM1", "Yesterday.")]),
        replace(GOOD, texts=[*GOOD.texts, Text(STRANGERS, "SM3", TEXT.text)]),
        replace(GOOD, texts_in_doubt=[PHONE]),
    ],
    ids=[
        *("an event lost", "a receipt lost", "two receipts for a payment", "a gap", "a PDF that doesn't agree"),
        *(
            "a letter lost",
            "a letter still waiting",
            "a copy that is not on record",
            "a copy without an attempt in doubt",
        ),
        *("more copies than attempts in doubt", "a copy under another id"),
        *("a letter without its PDF", "a letter with another's PDF", "a letter to a stranger"),
        *("a reminder lost", "a reminder by text lost", "a reminder twice"),
        *("a text lost", "a text still waiting", "a text twice", "a text twice though a double was possible"),
        *("a text under another id", "a text with other words", "a text to a stranger"),
        "a text in doubt that is not on record as such",
    ],
)
def test_whatever_is_lost_or_doubled_breaks_a_promise(found: Findings) -> None:
    assert broken(found)


@pytest.mark.parametrize("rest", [120.5, None])
def test_what_takes_longer_than_two_minutes_breaks_the_promise(rest: float | None) -> None:
    assert len(broken(GOOD, rest=rest)) == 1
