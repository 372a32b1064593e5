"""Patients and visits as they are to be kept; each function says what has changed, and its caller plans accordingly.

Call them inside a transaction: the rows stay locked until it ends, so two words about one visit queue up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from visits_service.visits import consent
from visits_service.visits.models import AHEAD, Patient, Visit, VisitVersion

Row = TypeVar("Row", Patient, Visit)
Status = Visit.Status
NOTICED = ("starts_at", "ends_at", "timezone", "practitioner", "place")
"""What a patient would notice when it changes."""
STANDING = ("status", "starts_at", "timezone", "practitioner", "place")
"""What is kept of each version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientData:
    """A patient as the clinic knows them; an empty text says that nobody knows. `phone` is in E.164."""

    external_id: str
    name: str
    email: str = ""
    phone: str = ""
    locale: str = ""
    timezone: str = ""
    channels: tuple[str, ...] = ("email", "sms")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitData:
    """A visit as it shall be; instants are UTC, `timezone` is an IANA name."""

    external_id: str
    starts_at: datetime
    timezone: str
    ends_at: datetime | None = None
    practitioner: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit's row, and what keeping it has changed."""

    visit: Visit
    created: bool = False
    changed: bool = False


def keep_patient(data: PatientData, *, at: datetime) -> tuple[Patient, bool]:
    """The patient's row, and whether anything about them has changed that matters to what is planned."""
    values = asdict(data) | {"channels": list(data.channels)}
    new = Patient(**values)
    patient = inserted_or_locked(new)
    changes = adopt(patient, values)
    if patient.reference == new.reference or changes & {"email", "phone"}:
        consent.recall(patient, at=at)
    return patient, bool(changes)


def keep_visit(data: VisitData, *, patient: Patient, at: datetime) -> Kept:
    """The visit's row as the data say, its version one higher if the patient would notice.

    A cancelled visit that is given again exactly as it was stays cancelled: it is an echo. With another time, place or
    practitioner it is booked again, and so is a confirmed one, since nobody has confirmed the new time.
    """
    values = asdict(data) | {"patient_id": patient.pk}
    new = Visit(**values, created_at=at, changed_at=at)
    visit = inserted_or_locked(new)
    if visit.reference == new.reference:
        remember(visit, at=at)
        return Kept(visit, created=True)
    changes = adopt(visit, values, changed_at=at)
    if not changes:
        return Kept(visit)
    if changes.intersection((*NOTICED, "patient_id")):
        grow(visit, Status.BOOKED, at=at)
    return Kept(visit, changed=True)


def inserted_or_locked(new: Row) -> Row:
    """The row of the new one's external id, locked for the rest of the transaction; as it was, if there was one.

    An erasure or a purge may delete that one while its lock is waited for: then the new one is inserted after all.
    """
    rows: QuerySet[Row] = type(new)._default_manager.filter(external_id=new.external_id)
    type(new)._default_manager.bulk_create([new], ignore_conflicts=True)
    if found := next(iter(rows.select_for_update()), None):
        return found
    type(new)._default_manager.bulk_create([new], ignore_conflicts=True)
    return rows.select_for_update().get()


def cancel(visit: Visit, *, at: datetime) -> bool:
    """Cancel a locked visit that takes place; False when it doesn't."""
    if visit.status not in AHEAD:
        return False
    grow(visit, Status.CANCELLED, at=at)
    return True


def rebook(visit: Visit, *, at: datetime) -> bool:
    """Let a locked, cancelled visit take place after all; False when it wasn't cancelled."""
    if visit.status != Status.CANCELLED:
        return False
    grow(visit, Status.BOOKED, at=at)
    return True


def confirm(visit: Visit, *, at: datetime) -> bool:
    """Note that the patient will come; False for a locked visit that isn't waiting for that. No new version."""
    if visit.status != Status.BOOKED or visit.starts_at <= at:
        return False
    visit.status, visit.confirmed_at, visit.changed_at = Status.CONFIRMED, at, at
    visit.save(update_fields=["status", "confirmed_at", "changed_at"])
    return True


def finish_past(*, now: datetime) -> int:
    """Call visits done whose end, or start where no end is known, has passed; how many."""
    past = Visit.objects.filter(status__in=AHEAD, starts_at__lt=now)
    still_on = past.filter(ends_at__gt=now)
    return past.exclude(pk__in=still_on.values("pk")).update(status=Status.DONE, changed_at=now)


def known(patient: Patient) -> PatientData:
    """A patient as they are on record."""
    values = {field.name: getattr(patient, field.name) for field in fields(PatientData)}
    return PatientData(**values | {"channels": tuple(patient.channels)})


def locked(external_id: str) -> Visit | None:
    """The visit's row, locked for the rest of the transaction."""
    return Visit.objects.select_for_update().filter(external_id=external_id).first()


def grow(visit: Visit, status: str, *, at: datetime) -> None:
    """A new version of the visit in that status; what was confirmed was the older one."""
    visit.version += 1
    visit.status, visit.confirmed_at, visit.changed_at = status, None, at
    visit.save(update_fields=["version", "status", "confirmed_at", "changed_at"])
    remember(visit, at=at)


def remember(visit: Visit, *, at: datetime) -> None:
    """Keep how the visit stands from this version on."""
    standing = {name: getattr(visit, name) for name in STANDING}
    VisitVersion.objects.create(visit=visit, version=visit.version, at=at, **standing)


def adopt(row: Patient | Visit, values: Mapping[str, Any], **also: Any) -> set[str]:
    """Write the values that differ from the row's, and `also` with them; the names of those that did."""
    changes = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changes:
        setattr(row, name, values[name])
    if changes:
        for name, value in also.items():
            setattr(row, name, value)
        row.save(update_fields=[*changes, *also])
    return changes
