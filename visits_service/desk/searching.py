"""One box for all that somebody at the front desk may have in hand: a name, an id, a phone, an email. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.db.models import Q

from servicekit import spelling
from visits_service.reminders.models import Reminder
from visits_service.visits import phones
from visits_service.visits.models import Patient, Visit

MOST = 50
"""Patients and visits that are shown; whoever finds more is asked to say more."""

LONGEST = 254


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, the newest first, of the visits one that was asked for by its id before all others (`named`).

    `more` says that there is more than is shown.
    """

    patients: tuple[Patient, ...] = ()
    visits: tuple[Visit, ...] = ()
    more: bool = False
    named: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nobody and no visit fits."""
        return not (self.patients or self.visits)

    @property
    def rows(self) -> tuple[Patient | Visit, ...]:
        """All that is shown; with a visit also its patient, once each."""
        return (*self.visits, *dict.fromkeys((*self.patients, *(visit.patient for visit in self.visits))))

    @property
    def only_visit(self) -> Visit | None:
        """The visit, if it is one, and nobody fits but its patient."""
        others = len(self.visits) != 1 or any(each.pk != self.visits[0].patient_id for each in self.patients)
        return None if others else self.visits[0]

    @property
    def only_patient(self) -> Patient | None:
        """The patient, if there is one and no visit to go to."""
        return self.patients[0] if len(self.patients) == 1 and not (self.named or self.only_visit) else None


def find(text: str) -> Found:
    """Whatever fits this text: an id exactly, an email in any case, a phone as it is dialled here, or a name."""
    wanted = text.replace("\0", "").strip()
    if not wanted:
        return Found()
    visits = Visit.objects.select_related("patient").order_by("-starts_at", "-pk")
    named = list(visits.filter(Q(external_id=wanted) | Q(reference=wanted)))
    patients = list(Patient.objects.filter(condition(wanted)).order_by("-pk")[: MOST + 1])
    theirs = visits.filter(patient__in=patients[:MOST]).exclude(pk__in=[visit.pk for visit in named])
    shown = [*named, *theirs[: MOST + 1]]
    more = max(len(patients), len(shown)) > MOST
    return Found(tuple(patients[:MOST]), tuple(shown[:MOST]), more=more, named=bool(named))


def condition(wanted: str) -> Q:
    """What a patient has to be like."""
    if "@" in wanted:
        return Q(email__iexact=wanted) | told(Q(message__to__iexact=wanted))
    if number := phone(wanted):
        return Q(phone=number) | Q(external_id=wanted) | told(Q(message__to=number))
    return Q(external_id=wanted) | Q(pk__in=list(islice(named_like(wanted), MOST + 1)))


def named_like(wanted: str) -> Iterator[int]:
    """The keys of patients whose names have these words or parts of words in them, the newest first.

    Names are folded one after another as they are read: neither database does it alike, and nothing is kept for it.
    """
    if not (words := spelling.words(wanted)):
        return
    for key, name in Patient.objects.order_by("-pk").values_list("pk", "name").iterator():
        if spelling.fits(name, words):
            yield key


def told(there: Q) -> Q:
    """Patients whose reminders went there, which needn't be an address of theirs any more."""
    latest = Reminder.objects.filter(there).order_by("-pk").values_list("visit__patient", flat=True)
    return Q(pk__in=list(latest[: MOST + 1]))


def phone(wanted: str) -> str:
    """The number in E.164, if it is one."""
    try:
        return phones.e164(wanted, country=settings.CLINIC_COUNTRY, for_sms=False)
    except ValueError:
        return ""
