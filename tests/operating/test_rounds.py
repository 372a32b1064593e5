"""The doctor's rounds: no check silences or holds up another, and none says what it shouldn't."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from payments_service.operating.doctor.checks import CHECKS
from servicekit.doctor import findings, rounds
from servicekit.doctor.findings import Finding, Verdict

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "check-an-installation.md"
pytestmark = pytest.mark.django_db(transaction=True)


def well() -> Sequence[Finding]:
    return [findings.ok("well")]


def crash() -> Sequence[Finding]:
    raise ValueError("ada.nowak@example.com has sk_live_secret")


def hang() -> Sequence[Finding]:
    time.sleep(5)
    return well()


def hang_on() -> Sequence[Finding]:
    time.sleep(60)
    return well()


def wait_a_little() -> Sequence[Finding]:
    time.sleep(1)
    return well()


def work() -> Sequence[Finding]:
    """Two seconds of a processor."""
    while time.thread_time() < 2:
        pass
    return well()


def test_a_check_that_crashes_or_hangs_is_a_line_of_its_own_beside_the_others() -> None:
    began = time.monotonic()

    checks = {"first": well, "crashing": crash, "hanging": hang, "last": well}
    lines = rounds.examine_all(checks, longest=1, crowded=lambda: False)

    assert time.monotonic() - began < 4
    assert [line.check for line in lines] == ["first", "crashing", "hanging", "last"]
    assert [line.finding.verdict for line in lines] == [Verdict.OK, Verdict.WRONG, Verdict.WRONG, Verdict.OK]
    assert "ValueError" in lines[1].finding.said
    assert "ada" not in str(lines)
    assert "sk_live" not in str(lines)
    assert "within 1 s" in lines[2].finding.said


def test_one_that_is_at_work_has_more_time_and_one_that_waits_has_not() -> None:
    lines = rounds.examine_all({"busy": work, "hanging": hang_on}, longest=0.5, more=20, crowded=lambda: False)

    assert lines[0].finding == findings.ok("well")
    assert "nothing keeps it busy" in lines[1].finding.said


def test_one_that_is_at_work_for_too_long_is_said_to_be_slow_not_to_be_away() -> None:
    (line,) = rounds.examine_all({"busy": work}, longest=0.3, more=0.3, crowded=lambda: False)

    assert line.finding.verdict is Verdict.WARNING
    assert "slow: still at work" in line.finding.said


def test_where_all_processors_are_taken_a_check_that_waits_has_more_time_too() -> None:
    (waited,) = rounds.examine_all({"waiting": wait_a_little}, longest=0.2, more=20, crowded=lambda: True)

    assert waited.finding == findings.ok("well")


def test_every_check_has_a_name_that_the_how_to_explains() -> None:
    told = HOW_TO.read_text(encoding="utf-8")

    assert [name for name in CHECKS if f"| {name} |" not in told] == []
