"""What people write into names stays text, and a document reaches nothing but its logo."""

from __future__ import annotations

import hashlib
import socket
import sys
from typing import Any

import pytest

from receipts import fetching, rendering
from receipts.snapshot import Clinic
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, NUMBER, a_clinic, a_line, a_logo, a_pdf, a_snapshot

HOSTILE = [
    "<img src=file:///etc/passwd>",
    "</p><script>alert(1)</script>",
    "<style>*{background:url(http://127.0.0.1:9/x)}</style>",
    "{{ receipt.number }} {% include '/etc/passwd' %}",
    "&lt;b&gt; &amp; <!-- ",
    '"><link rel=attachment href=file:///etc/passwd>',
    "\u0338>\u0338<",
]
ADDRESSES = [
    "file:///etc/passwd",
    "http://127.0.0.1:9/logo.png",
    "https://clinic.example/logo.png",
    "ftp://127.0.0.1/x",
    "data:image/png;base64,AAAA",
    "receipt-logo:0000",
    "RECEIPT-LOGO:../../etc/passwd",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_name_prints_as_it_was_written(text: str) -> None:
    found = reading.pieces(a_pdf(patient_name=text, lines=(a_line(description=text),), clinic=a_clinic(tax_note=text)))

    assert sum(reading.plain(text) in piece for piece in found) >= 3 or "\u0338" in text
    assert not any("root:" in piece for piece in found)


@pytest.mark.parametrize("colour", ["red;} * {color: url(file:///etc/passwd)", "#12", "url(http://127.0.0.1:9/)", ""])
def test_a_colour_that_is_none_is_not_used(colour: str) -> None:
    given, default = (a_snapshot(clinic=a_clinic(colour=each)) for each in (colour, "#0f766e"))

    assert rendering.css_of(given) == rendering.css_of(default)


def test_the_clinics_colour_is_on_the_page() -> None:
    page = reading.open_pdf(a_pdf(clinic=a_clinic(colour="#FF8000"))).pages[0]

    assert b"1 0.501961 0 rg" in page.get_contents().get_data()  # type: ignore[union-attr]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_but_the_logos_is_refused(address: str) -> None:
    fetcher = fetching.LogoFetcher()
    fetcher.logos = {fetching.url_of("1234"): b"logo"}

    with pytest.raises(fetching.Refused):
        fetcher.fetch(address)

    assert fetcher.fetch(fetching.url_of("1234")).read() == b"logo"


def test_rendering_opens_no_file_and_no_connection_for_what_a_snapshot_says() -> None:
    rendering.render(a_snapshot(), number=NUMBER, issued_at=ISSUED_AT)  # fonts and style sheet are read once
    opened: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in {"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
            opened.append(f"{event} {arguments[0]}")

    sys.addaudithook(watch)
    for text in HOSTILE:
        a_pdf(patient_name=text)
    watching = False

    assert all(line.endswith("sRGB2014.icc") for line in opened), opened
    assert socket.getdefaulttimeout() is None


def test_a_logo_is_printed_from_its_bytes() -> None:
    logo = a_logo()
    snapshot = a_snapshot(clinic=Clinic(name="Clinic", logo=hashlib.sha256(logo).hexdigest()))

    content = rendering.render(snapshot, number=NUMBER, issued_at=ISSUED_AT, logo=logo)

    (image,) = reading.open_pdf(content).pages[0].images
    assert image.image is not None
    assert image.image.size == (60, 20)


def test_a_logo_is_not_left_over_for_the_next_receipt() -> None:
    teal, red = a_logo("teal"), a_logo("red")
    pages = []
    for logo in (teal, red, teal):
        snapshot = a_snapshot(clinic=Clinic(name="Clinic", logo=hashlib.sha256(logo).hexdigest()))
        pages.append(rendering.render(snapshot, number=NUMBER, issued_at=ISSUED_AT, logo=logo))

    assert pages[0] == pages[2] != pages[1]


def test_a_named_logo_without_its_bytes_is_an_error_and_not_a_hole() -> None:
    snapshot = a_snapshot(clinic=Clinic(name="Clinic", logo="ab" * 32))

    with pytest.raises(ValueError, match="logo"):
        rendering.render(snapshot, number=NUMBER, issued_at=ISSUED_AT)


@pytest.mark.parametrize("name", ["v0", "../v1", "v1/../v1", "/etc"])
def test_a_template_that_does_not_exist_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="template"):
        a_pdf(template_version=name)
