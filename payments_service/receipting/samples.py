"""Documents and letters about a payment that never was, in the clinic's name: to look at before a patient does.

They take no number and leave no row: their numbers are those before the first, they say that they are a test, they bear
no seal, and their links lead nowhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from payments_service.receipting import clinic, corrections, letters, words
from payments_service.receipting.letters import Letter
from payments_service.receipting.profiles import Profile
from receipts import frozen, kinds, numbering, taxes
from receipts.models import Receipt
from receipts.snapshot import Correction, Line, Method, Service, Snapshot

FRESH_LINK = "fresh_link"
"""The one letter that brings no document."""
LETTERS = (*kinds.KINDS, FRESH_LINK)
PAID, RETURNED = 12_000, 3_000
BACK = {kinds.REFUND: -RETURNED, kinds.DISPUTE: -PAID}
AGAIN = {kinds.REFUND_REVERSAL: kinds.REFUND, kinds.DISPUTE_REVERSAL: kinds.DISPUTE}
"""What takes a document back, and which."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One made-up document; `logo` is the image's content."""

    snapshot: Snapshot
    number: str
    issued_at: datetime
    logo: bytes


def of(kind: str, *, locale: str, profile: Profile, at: datetime) -> Sample:
    """A document of that kind, as one that is issued at that time. Raises ValueError for a kind that doesn't exist."""
    logo = clinic.logo_file(profile.logo) if profile.logo else b""
    snapshot = said(kind, locale=locale, profile=profile, at=at, logo=logo)
    return Sample(snapshot, number_of(kind, profile, at), at, logo)


def pdf(sample: Sample) -> bytes:
    """Its PDF, without a seal. What renders is loaded for the first one."""
    from receipts import rendering

    return rendering.render(sample.snapshot, number=sample.number, issued_at=sample.issued_at, logo=sample.logo)


def letter(name: str, *, locale: str, profile: Profile, at: datetime) -> Letter:
    """The letter of a kind of document, or the one with a fresh link. Raises ValueError for a name that isn't one."""
    speak = letters.fresh_link_for if name == FRESH_LINK else letters.letter_for
    return speak(row_of(of(kinds.RECEIPT if name == FRESH_LINK else name, locale=locale, profile=profile, at=at)))


def row_of(sample: Sample) -> Receipt:
    """The row that it would have; nobody saves it."""
    about = sample.snapshot
    snapshot = frozen.to_json(about)
    return Receipt(pk=0, number=sample.number, kind=about.kind, reference=about.reference, snapshot=snapshot)


def number_of(kind: str, profile: Profile, at: datetime) -> str:
    """The number before the first of its series, which nothing ever has."""
    series = numbering.series_of(kind, test=True, at=at, timezone=profile.time_zone, clinic=profile.series)
    return kinds.number_of(series, 0)


def said(kind: str, *, locale: str, profile: Profile, at: datetime, logo: bytes) -> Snapshot:
    """What the document says."""
    total = PAID if kind == kinds.RECEIPT else BACK[kind] if kind in BACK else -BACK[AGAIN[kinds.get(kind).name]]
    say = words.of(locale).say
    about = say("Payment") if kind == kinds.RECEIPT else corrections.described(kind, full=total == -PAID, locale=locale)
    line = Line(description=about, quantity=1, unit_amount=total, amount=total)
    return Snapshot(
        kind=kind,
        reference="sample",
        test=True,
        currency="EUR",
        total=total,
        paid_at=at,
        locale=locale,
        timezone=profile.time_zone,
        clinic=clinic.shown(profile, logo=hashlib.sha256(logo).hexdigest() if logo else ""),
        lines=(line,),
        taxes=taxes.breakdown((line,)),
        patient_name="Ada Example",
        service=Service(date=day_of(at, profile), practitioner="Dr. Example"),
        method=Method("card", "visa", "4242"),
        correction=Correction() if kind == kinds.RECEIPT else correction_of(kind, profile, at),
    )


def correction_of(kind: str, profile: Profile, at: datetime) -> Correction:
    """What a correcting document corrects."""
    undoes = number_of(AGAIN[kind], profile, at) if kind in AGAIN else ""
    day = day_of(at, profile)
    return Correction(
        receipt=number_of(kinds.RECEIPT, profile, at),
        issued_on=day,
        undoes=undoes,
        undone_issued_on=day if undoes else "",
        payment="sample",
        paid=PAID,
        returned=-BACK.get(kind, 0),
    )


def day_of(at: datetime, profile: Profile) -> str:
    """The clinic's day, as an ISO day."""
    return at.astimezone(ZoneInfo(profile.time_zone)).date().isoformat()
