"""Visits from a CSV file, by the same rules as the API's; a row at a time, so that a large file needs little memory.

A column is called as the API's field is, flat: `starts_at`, `patient_email`. What is said about a row is its line, the
column and what is expected there: never what stood in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from django.db import transaction

from visits_service.booking import intake, judging
from visits_service.booking.intake import Taken
from visits_service.booking.judging import Judged
from visits_service.booking.schemas import PatientIn, RowIn

PATIENT = "patient_"
LONGEST_HEADER = 10_000
NO_CHANNEL = "none"


def columns_of(*, required: bool) -> frozenset[str]:
    """The names of all columns, or of those that a file must have."""
    visit = {name: field for name, field in RowIn.model_fields.items() if name != "patient"}
    patient = {f"{PATIENT}{name}": field for name, field in PatientIn.model_fields.items()}
    return frozenset(name for name, field in (visit | patient).items() if field.is_required() or not required)


KNOWN, REQUIRED = columns_of(required=False), columns_of(required=True)


class Unreadable(Exception):
    """The file can't be read as a table of visits; the text is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, and the line on which it begins."""

    line: int
    handed: Judged[RowIn]


def count(path: Path) -> int:
    """How many rows a file has; it is read to its end, so that it is whole before the first row is saved.

    Raises Unreadable.
    """
    with reading(path) as (_, table):
        return sum(1 for _ in table)


def rows(path: Path) -> Iterator[Row]:
    """Every row, judged. Raises Unreadable."""
    with reading(path) as (columns, table):
        for line, cells in table:
            yield Row(line, judged(cells, columns))


def take(row: Row, *, at: datetime, keep: bool) -> Taken:
    """Save one row in a transaction of its own; unless it is to be kept, all of it is undone again."""
    if keep:
        return intake.take_row(row.handed, at=at)
    with transaction.atomic():
        taken = intake.take_row(row.handed, at=at)
        transaction.set_rollback(True)
    return taken


def column_of(field: str) -> str:
    """The column of a field such as `patient.channels.0`."""
    return "_".join(part for part in field.split(".") if not part.isdigit())


@contextmanager
def reading(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """The file's columns, and its rows with the line on which each begins. Raises Unreadable."""
    if path.exists() and not path.is_file():
        raise Unreadable(f"{path} isn't a file; it is read twice, so a pipe won't do")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter_of(file), strict=True)
            columns = checked([name.strip() for name in next(reader, [])])
            yield columns, numbered(reader)
    except UnicodeDecodeError:
        raise Unreadable(f"{path} isn't UTF-8; save it as CSV UTF-8") from None
    except csv.Error:
        at = reader.line_num
        raise Unreadable(f"{path} isn't CSV around line {at}: a quote is left open or in the wrong place") from None
    except OSError as error:
        raise Unreadable(f"{path} can't be read: {error.strerror}") from None


def delimiter_of(file: TextIO) -> str:
    """What separates the names in the first line; the file is left at its beginning."""
    header = file.readline(LONGEST_HEADER)
    file.seek(0)
    return max(",;", key=header.count)


def checked(columns: list[str]) -> list[str]:
    """The columns, if they are ours and all there; else Unreadable."""
    unknown = sorted(set(columns) - KNOWN)
    if unknown or len(set(columns)) < len(columns):
        names = ", ".join(name or "(without a name)" for name in unknown) or "one that comes twice"
        raise Unreadable(f"unexpected column: {names}; the first line may name {', '.join(sorted(KNOWN))}")
    if missing := sorted(REQUIRED - set(columns)):
        raise Unreadable(f"missing column: {', '.join(missing)}; the first line names the columns, in any order")
    return columns


def numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row that isn't empty, with the line on which it begins."""
    begins = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def judged(cells: Sequence[str], columns: Sequence[str]) -> Judged[RowIn]:
    """A row as the API would take it, and what is wrong with it."""
    if len(cells) != len(columns):
        sentence = f"expected {len(columns)} values, as the first line has names, and found {len(cells)}"
        return Judged(None, None, [("", sentence)])
    return judging.judge(nested(dict(zip(columns, cells, strict=True))), RowIn.model_validate)


def nested(flat: dict[str, str]) -> dict[str, Any]:
    """The row as a body: an empty cell says nothing."""
    given = {name: cell.strip() for name, cell in flat.items() if cell.strip()}
    patient: dict[str, Any] = {
        name.removeprefix(PATIENT): cell for name, cell in given.items() if name.startswith(PATIENT)
    }
    if "channels" in patient:
        patient["channels"] = [] if patient["channels"] == NO_CHANNEL else patient["channels"].split()
    return {name: cell for name, cell in given.items() if not name.startswith(PATIENT)} | {"patient": patient}
