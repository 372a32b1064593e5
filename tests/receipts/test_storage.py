"""Logos: which are taken, and that each stays available under its name."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from receipts import storage
from tests.receipts.builders import a_logo

pytestmark = pytest.mark.django_db


def an_image(mode: str, size: tuple[int, int], kind: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return file.getvalue()


def test_a_logo_is_kept_under_the_hash_of_its_content() -> None:
    logo = a_logo()

    name = storage.keep_logo(logo)

    assert name == storage.keep_logo(logo) == hashlib.sha256(logo).hexdigest()
    assert storage.read_logo(name) == logo
    assert storage.read_logo("") == b""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "save it as PNG or JPEG"),
        (b"", "save it as PNG or JPEG"),
        (a_logo()[:60], "save it as PNG or JPEG"),
        (an_image("RGB", (10, 10), "GIF"), "save it as PNG or JPEG"),
        (an_image("CMYK", (10, 10), "JPEG"), "save it in RGB"),
        (an_image("1", (3000, 3000), "PNG"), "9000000 pixels; at most 4000000"),
        (b"x" * (storage.LOGO_BYTES + 1), "1048577 bytes; at most 1048576"),
    ],
)
def test_what_cannot_stand_on_a_receipt_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(storage.LogoRefused, match=reason):
        storage.keep_logo(content)


def test_a_logo_that_was_never_kept_is_missing() -> None:
    with pytest.raises(storage.LogoMissing):
        storage.read_logo("ab" * 32)
