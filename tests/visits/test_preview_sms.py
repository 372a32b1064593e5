"""`preview_sms` shows what each language's text takes, and fails when one takes more than a part."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def preview(*options: str) -> tuple[int, str]:
    """Exit code and table."""
    shown = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("preview_sms", *options, stdout=shown)
    return int(str(left.value.code)), shown.getvalue()


def row_of(language: str, table: str) -> list[str]:
    """The first line of a language's row: language, text, encoding, units, parts, what forced them."""
    (line,) = [line for line in table.splitlines() if line.startswith(f"│ {language} ")]
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_the_standard_text_of_every_language_fits_into_one_part() -> None:
    code, table = preview()

    assert code == 0
    assert row_of("en", table)[1:5] == [
        "Clinic Example: we look forward to seeing you tomorrow at 10:30 AM.",
        "GSM-7",
        "153",
        "1",
    ]
    assert [row_of(language, table)[2] for language in ("ar", "de", "pl")] == ["UCS-2", "GSM-7", "GSM-7"]
    assert row_of("pl", table)[5] == ""
    assert row_of("ar", table)[5].startswith("م و ع د")


def test_letters_outside_the_alphabet_are_named() -> None:
    code, table = preview("--language", "pl", "--clinic", "Przychodnia Łąkowa")

    assert code == 1
    assert row_of("pl", table)[2:] == ["UCS-2", "129", "2", "Ł ą"]


def test_a_text_that_is_only_too_long_says_so() -> None:
    code, table = preview("--language", "de", "--clinic", "Gemeinschaftspraxis am Alten Markt " * 4)

    assert code == 1
    assert row_of("de", table)[4:] == ["2", "length"]


def test_place_and_time_can_be_chosen() -> None:
    code, table = preview("--language", "en", "--place", "[red] 2nd floor", "--start", "2030-01-02T08:15")

    assert code == 0
    assert "Where: [red] 2nd floor." in table
    assert "on Wed, Jan 2 at 8:15 AM" in table
    assert "│ de" not in table


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [("--start", "soon", "expected a local time such as 2026-11-25T10:30"), ("--language", "fr", "'fr'")],
)
def test_a_wrong_option_is_explained(option: str, value: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("preview_sms", option, value)


def test_it_runs_from_the_command_line() -> None:
    command = [sys.executable, "-m", "visits_service", "preview_sms", "--language", "en"]

    ended = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "GSM-7" in ended.stdout
