"""The file that a person is given: a ZIP with `index.html` to read, `data.json` for programs, and the PDFs."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from privacy.service import Exported

OWNER_ONLY = 0o600


def write(exported: Exported, path: Path, *, at: datetime) -> None:
    """Write the archive where nothing is yet, for its owner's eyes. Raises FileExistsError; a crash leaves no file."""
    content = packed(exported, at=at)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        try:
            file.write(content)
        except OSError:
            path.unlink(missing_ok=True)
            raise


def packed(exported: Exported, *, at: datetime) -> bytes:
    """The archive's bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", index(exported, at=at))
        archive.writestr("data.json", json.dumps(exported.data, indent=2, ensure_ascii=False))
        for name, read in exported.files.items():
            archive.writestr(f"documents/{name}", read())
    return content.getvalue()


def index(exported: Exported, *, at: datetime) -> str:
    """A page that opens in any browser, without a network."""
    context = {
        "clinic": settings.CLINIC_NAME,
        "at": at,
        "files": list(exported.files),
        "kinds": [(name, [list(row.items()) for row in rows]) for name, rows in exported.data.items() if rows],
    }
    return render_to_string("privacy/index.html", context)
