"""Where PDFs and logos are kept. Neighbour of `receipts.filing`.

PDFs go to Django's default storage (a folder, or a bucket: `servicekit.bucket`) under keys that name a receipt and no
person. Logos are rows, so that a backup of the database holds all that is needed to render every receipt again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from receipts.models import Logo
from servicekit.failures import TryLater

log = structlog.get_logger(__name__)

LOGO_BYTES = 1024 * 1024
LOGO_PIXELS = 4_000_000
LOGO_FORMATS = ("PNG", "JPEG")
# An archival PDF with an sRGB output intent can't hold an image of printing inks.
LOGO_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


class Away(TryLater):
    """The storage can't be reached, is full, or refuses; what it keeps isn't lost."""


class LogoRefused(ValueError):
    """The image can't stand on a receipt; the message says why and what to do."""


class LogoMissing(LookupError):
    """No logo with that hash was ever kept."""


def pdf_key(series: str, *, number: str, sha256: str) -> str:
    """For example "receipts/R-2026/R-2026-000001-0123456789ab.pdf"; the same for the same content."""
    return f"receipts/{series}/{number}-{sha256[:12]}.pdf"


def keep_pdf(key: str, content: bytes) -> None:
    """Store under exactly that key; again with the same content changes nothing. Raises Away.

    What a crashed write left under the key is replaced. Readers go by the row, which is written after this.
    """
    found = read_pdf(key)
    if found == content:
        return
    with failures_named(key):
        if found is not None:
            default_storage.delete(key)
        name = default_storage.save(key, ContentFile(content))
        if name != key:  # somebody wrote the key in between, and the storage chose another name for us
            default_storage.delete(name)


def read_pdf(key: str) -> bytes | None:
    """The content under the key; None when there is none. Raises Away."""
    try:
        with failures_named(key), default_storage.open(key) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


@contextmanager
def failures_named(key: str) -> Iterator[None]:
    """What a disk or a bucket raises as Away, but for a file that isn't there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as failure:
        why = getattr(failure, "code", None) or type(failure).__name__
        log.warning("storage_away", key=key, why=why, hint="python -m payments_service doctor says more")
        raise Away("storage_away") from None


def delete_pdf(key: str) -> None:
    """Delete what is under the key; nothing happens when nothing is. Raises Away."""
    with failures_named(key):
        default_storage.delete(key)


def keep_logo(content: bytes) -> str:
    """Keep an image and return its name for `Clinic.logo`, the SHA-256 of its content (hex).

    Raises LogoRefused for anything but a PNG or JPEG image of moderate size in screen colours.
    """
    check_logo(content)
    sha256 = hashlib.sha256(content).hexdigest()
    Logo.objects.bulk_create([Logo(sha256=sha256, content=content)], ignore_conflicts=True)
    return sha256


def read_logo(sha256: str) -> bytes:
    """The content that `keep_logo` kept under this name; no bytes for no name. Raises LogoMissing."""
    if not sha256:
        return b""
    content = Logo.objects.filter(sha256=sha256).values_list("content", flat=True).first()
    if content is None:
        raise LogoMissing(f"the logo {sha256[:12]} is not among those kept")
    return bytes(content)


def check_logo(content: bytes) -> None:
    """Raise LogoRefused, with what to do, for an image that can't stand on a receipt."""
    from PIL import Image, UnidentifiedImageError  # only whoever keeps a new logo looks into one

    if len(content) > LOGO_BYTES:
        raise LogoRefused(f"the logo has {len(content)} bytes; at most {LOGO_BYTES} are allowed")
    try:
        with Image.open(io.BytesIO(content), formats=LOGO_FORMATS) as image:
            pixels, mode = image.width * image.height, image.mode
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise LogoRefused("the logo can't be read; save it as PNG or JPEG") from None
    if pixels > LOGO_PIXELS:
        raise LogoRefused(f"the logo has {pixels} pixels; at most {LOGO_PIXELS} are allowed")
    if mode not in LOGO_MODES:
        raise LogoRefused(f"the logo's colours are {mode}; save it in RGB")
