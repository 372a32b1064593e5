"""Writes a small file, measures the disk, compares clocks."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.functional import LazyObject

from payments_service.operating.doctor.judging.machine import IN_A_BUCKET, IN_A_FOLDER, Files
from payments_service.operating.doctor.probing import stripe
from receipts import fonts
from servicekit.bucket import Bucket, Trouble
from servicekit.doctor.probing import database

CONTENT = b"The doctor was here."


def files() -> Files:
    """Write, read and delete a file where PDFs go. What a storage raises is its own, and only its class is told."""
    usual = IN_A_FOLDER if on_disk() else IN_A_BUCKET
    try:
        name = default_storage.save(f"doctor-{secrets.token_hex(8)}", ContentFile(CONTENT))
        with default_storage.open(name) as file:
            same = file.read() == CONTENT
        encryption = default_storage.encryption(name) if isinstance(default_storage, Bucket) else None
        default_storage.delete(name)
    except Exception as failure:  # any storage's any failure is what this looks for
        return Files(place(), trouble=getattr(failure, "code", None) or type(failure).__name__, usual=usual)
    changed = "" if same else "it came back changed"
    return Files(place(), trouble=changed, encryption=encryption, usual=usual, **lasting())


def lasting() -> dict[str, Any]:
    """For how long the storage can bring back what was deleted, or why it doesn't tell; `Files` says how."""
    if not isinstance(default_storage, Bucket):
        return {}
    try:
        return {"lasts": default_storage.days_after_deletion()}
    except Trouble as trouble:
        return {"untold": trouble.code}


def place() -> str:
    """Where files go, as a person knows it."""
    if isinstance(default_storage, Bucket):
        return f"the bucket {default_storage.bucket_name}"
    return settings.MEDIA_ROOT if on_disk() else storage_class().__name__


def on_disk() -> bool:
    """Whether files lie in a folder of this machine."""
    return issubclass(storage_class(), FileSystemStorage)


def storage_class() -> type[object]:
    """What stands behind Django's lazy default storage."""
    assert isinstance(default_storage, LazyObject)
    return default_storage.__class__


def free() -> int | None:
    """Bytes that are free where MEDIA_ROOT is, or will be; None for files elsewhere."""
    if not on_disk():
        return None
    folder = Path(settings.MEDIA_ROOT).absolute()
    standing = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(standing).free


def versions() -> dict[str, str]:
    """The libraries that receipts are drawn with."""
    return fonts.library_versions()


def clock_skews() -> dict[str, float | None]:
    """How far our clock is ahead of those that matter to us, in seconds."""
    return {"Stripe's": stripe.clock_skew(), "the database's": database.clock_skew()}
