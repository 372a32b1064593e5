"""Snapshots with one obvious default each; a test names only what it is about."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from receipts import frozen, rendering, sealing
from receipts.sealing import Document, Sealed
from receipts.signing import SigningKey
from receipts.snapshot import Clinic, Line, Method, Service, Snapshot

ISSUED_AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NUMBER = "R-2026-000123"
KEY = SigningKey(b"visibly-fake-key-of-these-tests!")


def a_clinic(**changes: Any) -> Clinic:
    return dataclasses.replace(
        Clinic(
            name="Lakeside Clinic",
            address=("Long Street 1", "00-001 Warsaw"),
            tax_id="PL5250000000",
            tax_note="Medical care is exempt from tax.",
            phone="+48 22 000 00 00",
            email="office@clinic.example",
        ),
        **changes,
    )


def a_line(**changes: Any) -> Line:
    return dataclasses.replace(Line(description="Consultation", quantity=1, unit_amount=12300, amount=12300), **changes)


def a_snapshot(**changes: Any) -> Snapshot:
    """A visit of 123.00 EUR, paid by card, in English."""
    lines = changes.get("lines", (a_line(),))
    default = Snapshot(
        kind="receipt",
        reference="pi_1",
        test=False,
        currency="EUR",
        total=sum(line.amount for line in lines),
        paid_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        locale="en",
        timezone="Europe/Warsaw",
        clinic=a_clinic(),
        lines=lines,
        patient_name="Jan Kowalski",
        service=Service(date="2026-11-20", practitioner="Dr. Anna Nowak", code="97110"),
        method=Method(type="card", brand="visa", last4="4242"),
    )
    return dataclasses.replace(default, **changes)


def a_small_snapshot(**changes: Any) -> Snapshot:
    """As little as a receipt can say."""
    return a_snapshot(clinic=Clinic(name="C"), patient_name="", service=Service(), method=Method(), **changes)


def a_logo(colour: str = "teal") -> bytes:
    """A PNG with transparency, as logos have."""
    file = io.BytesIO()
    Image.new("RGBA", (60, 20), colour).save(file, "PNG")
    return file.getvalue()


def a_document(snapshot: Snapshot, /, *, number: str = NUMBER, **changes: Any) -> Document:
    """What is sealed of a snapshot that was issued under that number."""
    series, _, sequence = number.rpartition("-")
    default = Document(
        number=number,
        series=series,
        sequence=int(sequence),
        kind=snapshot.kind,
        test=snapshot.test,
        issued_at=ISSUED_AT,
        amount=snapshot.total,
        currency=snapshot.currency,
        reference=snapshot.reference,
        snapshot=frozen.to_json(snapshot),
        previous=sealing.genesis(series),
    )
    return dataclasses.replace(default, **changes)


def sealed(snapshot: Snapshot, /, *, number: str = NUMBER, key: SigningKey = KEY, **changes: Any) -> Sealed:
    return key.sign(a_document(snapshot, number=number, **changes))


def a_pdf(snapshot: Snapshot | None = None, *, number: str = NUMBER, **changes: Any) -> bytes:
    """As it is issued, with its seal."""
    said = snapshot or a_snapshot(**changes)
    return rendering.render(said, number=number, issued_at=ISSUED_AT, sealed=sealed(said, number=number))
