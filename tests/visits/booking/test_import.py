"""Visits from a file: good rows go in, and each bad one is named by its line and column, without a word of it."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.visits.booking.bodies import REFUSED, UNUSABLE, a_row
from tests.visits.builders import next_noon
from visits_service.booking import importing
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
NAMES = [
    *["external_id", "starts_at", "ends_at", "timezone", "practitioner", "place", "patient_external_id"],
    *["patient_name", "patient_email", "patient_phone", "patient_locale", "patient_timezone", "patient_channels"],
]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of rows, as flat as a file has them."""

    def written(
        rows: Iterable[dict[str, str]], *, names: list[str] = NAMES, delimiter: str = ",", encoding: str = "utf-8"
    ) -> Path:
        path = tmp_path / "visits.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            table = csv.DictWriter(file, names, delimiter=delimiter)
            table.writeheader()
            table.writerows(rows)
        return path

    return written


def a_line(external_id: str = "visit-1", path: str = "", value: str = "") -> dict[str, str]:
    """A row of a batch as a file has it; `path` as in `patient.email`."""
    row = a_row(external_id, path, value)
    patient = {f"patient_{name}": cell for name, cell in row.pop("patient").items()}
    return row | patient | {"patient_channels": " ".join(patient["patient_channels"])}


def run(path: Path, *flags: str) -> tuple[int, str]:
    """The command's exit code and what it wrote to stdout."""
    out = io.StringIO()
    try:
        call_command("import_visits", str(path), *flags, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def counted(rows: int, *, new: int = 0, same: int = 0, refused: int = 0, without: int = 0) -> str:
    """What the command says in the end."""
    return (
        f"Rows: {rows:,}. New visits: {new}, changed: 0, as they were: {same}, refused: {refused}. "
        f"Saved without a wrong address: {without}.\n"
    )


def test_every_row_is_saved_and_planned_as_the_api_would(write: Write) -> None:
    path = write([a_line("visit-1"), a_line("visit-2", "place", 'Ulica Długa 2; piętro 1, pokój "7"')])

    code, said = run(path)

    first, second = Visit.objects.order_by("external_id").select_related("patient")
    assert (code, said) == (0, counted(2, new=2))
    assert (first.starts_at, first.timezone, first.practitioner) == (next_noon(), "Europe/Warsaw", "Dr. Grace Hopper")
    assert (first.patient.name, first.patient.phone) == ("Ada Nowak", "+48601000001")
    assert first.patient.channels == ["email", "sms"]
    assert second.place == 'Ulica Długa 2; piętro 1, pokój "7"'
    assert Reminder.objects.filter(state="planned").count() == 4


def test_the_same_file_again_changes_nothing(write: Write) -> None:
    path = write([a_line("visit-1"), a_line("visit-2")])
    run(path)
    kept = list(Visit.objects.values()), list(Reminder.objects.values())

    code, said = run(path)

    assert (code, said) == (0, counted(2, same=2))
    assert (list(Visit.objects.values()), list(Reminder.objects.values())) == kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("names", [NAMES, sorted(NAMES), NAMES[::-1]])
def test_a_file_may_have_its_columns_in_any_order_and_semicolons_and_a_byte_order_mark(
    write: Write, encoding: str, delimiter: str, names: list[str]
) -> None:
    path = write([a_line("visit-1", "patient.name", "Żaneta Łoś")], names=names, delimiter=delimiter, encoding=encoding)

    code, _ = run(path)

    assert code == 0
    assert Patient.objects.get().name == "Żaneta Łoś"


def test_only_four_columns_are_needed_and_the_others_have_the_apis_defaults(write: Write) -> None:
    names = ["external_id", "starts_at", "patient_external_id", "patient_name"]
    local = f"{next_noon():%Y-%m-%d} 10:00"

    code, _ = run(write([dict(zip(names, ["visit-1", local, "p-1", "Ada Nowak"], strict=True))], names=names))

    visit = Visit.objects.select_related("patient").get()
    assert code == 0
    assert (visit.timezone, visit.ends_at, visit.practitioner) == ("Europe/Warsaw", None, "")
    assert visit.starts_at.hour in {8, 9}
    assert visit.patient.channels == ["email", "sms"]


@pytest.mark.parametrize(("cell", "channels"), [("", ["email", "sms"]), ("sms  email", ["sms", "email"]), ("none", [])])
def test_channels_are_separated_by_spaces(write: Write, cell: str, channels: list[str]) -> None:
    run(write([a_line() | {"patient_channels": cell}]))

    assert Patient.objects.get().channels == channels


def test_one_bad_row_among_a_thousand_is_named_and_the_others_go_in(write: Write, capsys: Any) -> None:
    lines = [a_line(f"visit-{number}") for number in range(1_000)]
    lines[500] = a_line("visit-500", "starts_at", "2020-11-25T10:00:00Z")

    code, said = run(write(lines))

    assert code == 1
    assert capsys.readouterr().err == "line 502, starts_at: expected a start that is still to come\n"
    assert said == counted(1_000, new=999, refused=1)
    assert Visit.objects.count() == 999


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        *REFUSED,
        ("starts_at", "", "missing"),
        ("external_id", "", "missing"),
        ("external_id", "a/b", "printable ASCII"),
        ("patient.name", "", "missing"),
        ("patient.name", "two\nlines", "control characters"),
        ("patient.external_id", "", "missing"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_column(
    write: Write, capsys: Any, path: str, value: str, expected: str
) -> None:
    column = path.replace(".", "_")
    file = write([a_line("good"), a_line("bad", path, value)])

    code, _ = run(file)

    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith(f"line 3, {column}: ")
    assert said.count("\n") == 1
    assert expected in said
    assert set(Visit.objects.values_list("external_id", flat=True)) == {"good"}


@pytest.mark.parametrize("cell", ["fax", "sms sms", "email, sms"])
def test_channels_that_cannot_be_are_named(write: Write, capsys: Any, cell: str) -> None:
    code, _ = run(write([a_line() | {"patient_channels": cell}]))

    assert code == 1
    assert capsys.readouterr().err.startswith("line 2, patient_channels: expected ")
    assert not Visit.objects.exists()


@pytest.mark.parametrize(("field", "value", "expected"), UNUSABLE)
def test_a_broken_address_is_named_and_the_visit_goes_in_without_it(
    write: Write, capsys: Any, field: str, value: str, expected: str
) -> None:
    code, said = run(write([a_line("visit-1", f"patient.{field}", value)]))

    complaint = capsys.readouterr().err
    assert code == 1
    assert complaint.startswith(f"line 2, patient_{field}: ")
    assert expected in complaint
    assert said == counted(1, new=1, without=1)
    assert getattr(Patient.objects.get(), field) == ""
    assert Reminder.objects.count() == 1


def test_lines_are_counted_as_an_editor_counts_them(write: Write, capsys: Any) -> None:
    path = write([a_line("visit-1", "place", "two\nlines"), a_line("visit-2", "timezone", "Warsaw")])
    path.write_text(path.read_text() + f"\r\n{',' * 12}\r\nvisit-3,too,few\r\n")

    run(path)

    errors = capsys.readouterr().err.splitlines()
    assert [error.split(":")[0] for error in errors] == ["line 2, place", "line 4, timezone", "line 7"]
    assert errors[-1] == "line 7: expected 13 values, as the first line has names, and found 3"


def test_a_dry_run_says_the_same_and_keeps_nothing(write: Write, capsys: Any) -> None:
    path = write([a_line("good"), a_line("bad", "timezone", "Warsaw"), a_line("half", "patient.phone", "112")])

    rehearsed = run(path, "--dry-run")
    complained = capsys.readouterr().err
    left = Visit.objects.count() + Patient.objects.count() + Reminder.objects.count()
    real = run(path)

    assert left == 0
    assert rehearsed == (1, f"Dry run, nothing was kept. {real[1]}")
    assert real[0] == 1
    assert complained == capsys.readouterr().err
    assert Visit.objects.count() == 2


def test_the_report_never_quotes_a_row(write: Write, capsys: Any) -> None:
    wrong = {name: f"marker-{name}\x07" for name in NAMES}

    code, said = run(write([wrong, wrong | {"starts_at": ""}, {"external_id": "marker/"}]))

    assert code == 1
    assert "marker" not in capsys.readouterr().err + said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "missing column: external_id, patient_external_id, patient_name, starts_at"),
        (b"external_id,starts_at\r\n", "missing column: patient_external_id, patient_name"),
        (b"external_id,starts_at,patient_external_id,patient_name,phone\r\n", "unexpected column: phone"),
        (b"external_id,starts_at,patient_external_id,patient_name,\r\n", "unexpected column: (without a name)"),
        (b"external_id,starts_at,patient_external_id,patient_name,starts_at\r\n", "one that comes twice"),
        ("external_id,starts_at,ł".encode("utf-16"), "isn't UTF-8"),
        ("external_id,starts_at,patient_external_id,patient_name\r\nv,,p,Łoś\r\n".encode("cp1250"), "isn't UTF-8"),
        (b'external_id,starts_at,patient_external_id,patient_name\r\nv,,p,"Ada\r\n', "isn't CSV around line 2"),
        (b'external_id,starts_at,patient_external_id,patient_name\r\nv,,"p"x,Ada\r\n', "isn't CSV around line 2"),
        (b"\x00\x01\x02", "unexpected column"),
    ],
)
def test_a_file_that_is_no_table_of_visits_ends_with_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "visits.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        call_command("import_visits", str(path))

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_whole_saves_nothing_of_its_beginning(write: Write) -> None:
    path = write([a_line("good")])
    path.write_bytes(path.read_bytes() + b"visit-2,\xff\xfe\r\n")

    with pytest.raises(CommandError, match="isn't UTF-8"):
        call_command("import_visits", str(path))

    assert not Visit.objects.exists()


def test_what_is_no_file_ends_with_one_sentence(tmp_path: Path) -> None:
    missing, folder = tmp_path / "missing.csv", tmp_path

    with pytest.raises(CommandError, match="can't be read: No such file"):
        call_command("import_visits", str(missing))
    with pytest.raises(CommandError, match="isn't a file"):
        call_command("import_visits", str(folder))


def test_a_file_without_rows_has_nothing_to_say(write: Write) -> None:
    code, said = run(write([]))

    assert (code, said) == (0, counted(0))


def test_from_a_shell_the_answer_is_its_exit_code_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "visits_service", "import_visits", str(tmp_path / "missing.csv")]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "can't be read" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_columns_are_the_apis_fields() -> None:
    assert set(NAMES) == importing.KNOWN
    assert {"external_id", "starts_at", "patient_external_id", "patient_name"} == importing.REQUIRED
