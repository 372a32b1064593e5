"""Addresses of a patient's pages: signed, expiring, and without a word about the patient. The pages read them back.

A token is an opaque reference of ours and the minute it was made, signed with `SECRET_KEY`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from servicekit.pages import addresses
from visits_service.visits.models import Visit

VISIT, PATIENT = "visit", "patient"
LONGEST = timedelta(days=400)
"""A link of a reminder that went out at the earliest possible moment still works on the day of the visit."""


@dataclass(frozen=True, slots=True)
class Links:
    """Every address that a letter about a visit may offer.

    Where a patient sees the visit, says that they will come, and asks to move or to cancel it; where they choose
    channels, and where a mail program posts its one click (RFC 8058) and a person finds a button.
    """

    visit_page: str
    confirm: str
    change: str
    preferences: str
    stop_email: str


def of(visit: Visit) -> Links:
    """All of them at once, with one signature for the visit and one for its patient."""
    visit_token = token_of(visit.reference, kind=VISIT)
    patient_token = token_of(visit.patient.reference, kind=PATIENT)
    return Links(
        visit_page=absolute("visit_page", visit_token),
        confirm=absolute("visit_confirm", visit_token),
        change=absolute("visit_change", visit_token),
        preferences=absolute("preferences", patient_token),
        stop_email=absolute("stop_email", patient_token),
    )


def token_of(reference: str, *, kind: str) -> str:
    """The reference with the time and a signature, fit for an address."""
    return signing.TimestampSigner(salt=f"links.{kind}").sign(reference)


def reference_of(token: str, *, kind: str) -> str | None:
    """The reference of a token that we made for this kind of page and that hasn't expired; else None."""
    try:
        return signing.TimestampSigner(salt=f"links.{kind}").unsign(token, max_age=LONGEST)
    except signing.BadSignature:
        return None


def path(name: str, token: str) -> str:
    """A page's address without the host."""
    return addresses.path(f"reminders:{name}", token)


def absolute(name: str, token: str) -> str:
    """The public address of a page."""
    return addresses.absolute(f"reminders:{name}", token)
