"""The file that a person is given of their data, opened as they open it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from privacy import record
from privacy.record import Order


@dataclass(frozen=True, slots=True)
class Given:
    """The names of its files, its data as a program reads them, and its page as text."""

    files: tuple[str, ...]
    data: dict[str, list[dict[str, Any]]]
    page: str


def exported(**given: str) -> Given:
    """What an administrator hands out of the person who is found by this."""
    content = record.export(Order(given, by="administrator", at=timezone.now()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page, data = (archive.read(name).decode() for name in ("index.html", "data.json"))
        return Given(tuple(archive.namelist()), json.loads(data), page)
