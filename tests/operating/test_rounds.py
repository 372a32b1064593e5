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


def test_a_check_that_crashes_or_hangs_is_a_line_of_its_own_beside_the_others() -> None:
    began = time.monotonic()

    lines = rounds.examine_all({"first": well, "crashing": crash, "hanging": hang, "last": well}, longest=1)

    assert time.monotonic() - began < 4
    assert [line.check for line in lines] == ["first", "crashing", "hanging", "last"]
    assert [line.finding.verdict for line in lines] == [Verdict.OK, Verdict.WRONG, Verdict.WRONG, Verdict.OK]
    assert "ValueError" in lines[1].finding.said
    assert "ada" not in str(lines)
    assert "sk_live" not in str(lines)
    assert "within 1 s" in lines[2].finding.said


def test_every_check_has_a_name_that_the_how_to_explains() -> None:
    told = HOW_TO.read_text(encoding="utf-8")

    assert [name for name in CHECKS if f"| {name} |" not in told] == []
