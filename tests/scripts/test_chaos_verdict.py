"""What the judge of `bench/chaos.py` lets pass, and what not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.faults import verdict
from bench.faults.findings import Findings, Receipt, Record
from bench.faults.mail import Letter

PAYMENTS = {"pi_1": "one@payments.example", "pi_2": "two@payments.example"}
VISITS = {"visit-1": "patient@visits.example"}
ONE, TWO, PATIENT = "one@payments.example", "two@payments.example", "patient@visits.example"
GOOD = Findings(
    events=["evt_1", "evt_2"],
    receipts=[Receipt("pi_1", "R-2026", 1, True, "aa"), Receipt("pi_2", "R-2026", 2, True, "bb")],
    letters=[Record(ONE, "<1@a>", "sent", False, 0), Record(TWO, "<2@a>", "sent", False, 0)],
    reminder_letters=[Record(PATIENT, "<3@a>", "sent", False, 0)],
    reminders=[("visit-1", "queued")],
    taken=[Letter(ONE, "<1@a>", "aa"), Letter(TWO, "<2@a>", "bb"), Letter(PATIENT, "<3@a>")],
)
TWICE = [*GOOD.taken, Letter(ONE, "<1@a>", "aa")]
IN_DOUBT = [Record(ONE, "<1@a>", "sent", True, 1), GOOD.letters[1]]


def broken(found: Findings, *, rest: float | None = 20.0) -> list[str]:
    """The promises that weren't kept."""
    lines = verdict.judge(found, events=["evt_1", "evt_2"], payments=PAYMENTS, visits=VISITS, rest=rest)
    return [line.promise for line in lines if not line.ok]


def test_a_run_without_a_fault_keeps_every_promise() -> None:
    assert broken(GOOD) == []


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
        replace(GOOD, reminders=[]),
        replace(GOOD, reminders=[("visit-1", "queued"), ("visit-1", "queued")]),
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
        *("a reminder lost", "a reminder twice"),
    ],
)
def test_whatever_is_lost_or_doubled_breaks_a_promise(found: Findings) -> None:
    assert broken(found)


@pytest.mark.parametrize("rest", [120.5, None])
def test_what_takes_longer_than_two_minutes_breaks_the_promise(rest: float | None) -> None:
    assert len(broken(GOOD, rest=rest)) == 1
