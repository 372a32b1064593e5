"""What a booking system says of a visit: one obvious body, and the ways in which it can be wrong."""

from __future__ import annotations

import functools
import operator
from copy import deepcopy
from typing import Any

from django.utils import timezone

from tests.visits.builders import next_noon

VISITS = "/api/v1/visits"


def a_body(path: str = "", value: Any = None) -> dict[str, Any]:
    """A body with every field, one of them replaced as in `patient.email`."""
    starts_at = next_noon()
    body: dict[str, Any] = {
        "starts_at": starts_at.isoformat(),
        "ends_at": starts_at.replace(minute=30).isoformat(),
        "timezone": "Europe/Warsaw",
        "practitioner": "Dr. Grace Hopper",
        "place": "Long Street 1",
        "patient": {
            "external_id": "patient-1",
            "name": "Ada Nowak",
            "email": "ada@patient.example",
            "phone": "+48601000001",
            "locale": "pl",
            "channels": ["email", "sms"],
        },
    }
    return with_value(body, path, value)


def a_row(external_id: str, path: str = "", value: Any = None) -> dict[str, Any]:
    """A row of a batch: each its own patient."""
    row = a_body() | {"external_id": external_id}
    row["patient"]["external_id"] = f"patient-of-{external_id}"
    return with_value(row, path, value)


def with_value(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one value replaced, whether or not it was there; another start comes without an end."""
    changed = deepcopy(body)
    if path == "starts_at":
        del changed["ends_at"]
    if path:
        *parents, last = path.split(".")
        functools.reduce(operator.getitem, parents, changed)[last] = value
    return changed


def next_year() -> int:
    """A year whose days are all to come."""
    return timezone.now().year + 1


def last_sunday(month: int) -> str:
    """The last Sunday of March or October next year, on which Warsaw's clocks change."""
    day = max(
        day for day in range(25, 32) if timezone.now().replace(year=next_year(), month=month, day=day).weekday() == 6
    )
    return f"{next_year()}-{month:02}-{day}"


SKIPPED, TWICE = f"{last_sunday(3)}T02:30", f"{last_sunday(10)}T02:30"
TOO_FAR = f"{next_year() + 4}-01-01T10:00"

REFUSED: list[tuple[str, Any, str]] = [
    ("starts_at", "2020-11-25T10:00:00Z", "still to come"),
    ("starts_at", "0001-01-01T00:00:00+14:00", "2026-11-25T10:00"),
    ("starts_at", "9999-12-31T23:59:59-12:00", "2026-11-25T10:00"),
    ("starts_at", TOO_FAR, "within three years"),
    ("starts_at", SKIPPED, "skip"),
    ("starts_at", TWICE, "+02:00 or +01:00"),
    ("starts_at", "2026-11-25", "a date and a time"),
    ("starts_at", "25.11.2026 10:00", "a date and a time"),
    ("starts_at", "2026-02-30T10:00", "a date and a time"),
    ("starts_at", "2026-11-25T25:00", "a date and a time"),
    ("starts_at", "1795597200", "a date and a time"),
    ("starts_at", "tomorrow", "a date and a time"),
    ("ends_at", "2020-11-25T10:00:00Z", "an end after the start"),
    ("ends_at", TOO_FAR, "within three years"),
    ("ends_at", SKIPPED, "skip"),
    ("timezone", "Warsaw", "Europe/Warsaw"),
    ("timezone", "../etc/passwd", "Europe/Warsaw"),
    ("timezone", "europe/warsaw", "Europe/Warsaw"),
    ("practitioner", "p" * 201, "at most 200 characters"),
    ("practitioner", "a\x07b", "without control characters"),
    ("place", "a\u2028b", "without control characters"),
    ("patient.external_id", "p" * 101, "at most 100 characters"),
    ("patient.name", "n" * 201, "at most 200 characters"),
    ("patient.name", "Ada\x1bNowak", "without control characters"),
    ("patient.locale", "klingon", "a locale such as en"),
    ("patient.timezone", "Mars/Olympus", "Europe/Warsaw"),
]
"""A field, a value that isn't one (a file can hold it too), and a piece of the sentence that it gets."""

UNUSABLE: list[tuple[str, str, str]] = [
    ("email", "ada", "ada@example.com"),
    ("email", "Ada <ada@patient.example>", "ada@example.com"),
    ("email", "ada@patient.example, eve@patient.example", "ada@example.com"),
    ("email", "ada@patient.example\x07", "ada@example.com"),
    ("email", "a" * 300 + "@patient.example", "ada@example.com"),
    ("phone", "112", "+48 601 000 001"),
    ("phone", "+48 601 000", "+48 601 000 001"),
    ("phone", "+999 601 000 001", "+48 601 000 001"),
    ("phone", "ask his wife", "+48 601 000 001"),
    ("phone", "+1 800 FLOWERS", "+48 601 000 001"),
    ("phone", "+48 601 000 001 ext. 7", "without an extension"),
    ("phone", "601 000 001, 601 000 002", "without an extension"),
    ("phone", "+48 22 555 01 00", "a mobile number"),
    ("phone", "+48 700 000 000", "a mobile number"),
    ("phone", "+48 800 000 000", "a mobile number"),
    ("phone", "+4960100000160100000", "+48 601 000 001"),
]
"""An address of the patient's that can't be one, and a piece of the sentence that it gets."""
