"""The file that a person is given: a ZIP with `index.html` to read, `data.json` for programs, and the PDFs."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from privacy.service import Exported, Missing

NOTE = ".missing.txt"


def packed(exported: Exported, *, at: datetime) -> bytes:
    """The archive's bytes; a note stands in for a file that can't be read now."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", index(exported, at=at))
        archive.writestr("data.json", json.dumps(exported.data, indent=2, ensure_ascii=False))
        for name, read in exported.files.items():
            try:
                archive.writestr(f"documents/{name}", read())
            except Missing as why:
                archive.writestr(f"documents/{name}{NOTE}", f"{why}\n")
    return content.getvalue()


def missing(archive: bytes) -> list[str]:
    """The files that are only a note in an archive."""
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    return [Path(name.removesuffix(NOTE)).name for name in names if name.endswith(NOTE)]


def index(exported: Exported, *, at: datetime) -> str:
    """A page that opens in any browser, without a network."""
    context = {
        "clinic": settings.CLINIC_NAME,
        "at": at,
        "files": list(exported.files),
        "kinds": [(name, [list(row.items()) for row in rows]) for name, rows in exported.data.items() if rows],
    }
    return render_to_string("privacy/index.html", context)
