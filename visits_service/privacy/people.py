"""Whose a visit is: one patient, found by the booking system's id or by an address. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from notifications.models import Message
from privacy.service import Ambiguous, NotKnown
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import OptOut, Patient, Visit

IDENTIFIERS = {
    "patient": "the booking system's id of the patient",
    "email": "the patient's email address",
    "phone": "the patient's phone, as in +48601000001",
}
COLUMNS = {"patient": "external_id", "email": "email__iexact", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Person:
    """One patient, and what belongs to them. Addresses that others share are not theirs alone."""

    patient: Patient

    @property
    def visits(self) -> QuerySet[Visit]:
        """All of them."""
        return Visit.objects.filter(patient=self.patient).order_by("starts_at", "pk")

    @property
    def reminders(self) -> QuerySet[Reminder]:
        """Of every version of every visit."""
        return Reminder.objects.filter(visit__patient=self.patient).order_by("pk")

    @property
    def answers(self) -> QuerySet[Answer]:
        """What the patient said, about a visit or not; and what their phone said, if it is nobody else's."""
        mine = Q(patient=self.patient) | Q(visit__patient=self.patient)
        if self.patient.phone and not self.shares("phone"):
            mine |= Q(patient=None, number=self.patient.phone)
        return Answer.objects.filter(mine).order_by("pk")

    @property
    def messages(self) -> QuerySet[Message]:
        """What was written to the patient about a visit."""
        return messages_about(self.visits).order_by("pk")

    @property
    def opt_outs(self) -> QuerySet[OptOut]:
        """What the patient refuses, and what their own addresses do."""
        own = [each for each in ("email", "phone") if getattr(self.patient, each) and not self.shares(each)]
        addresses = [getattr(self.patient, each) for each in own]
        return OptOut.objects.filter(Q(patient=self.patient) | Q(patient=None, address__in=addresses)).order_by("pk")

    def shares(self, column: str) -> bool:
        """Whether somebody else is reached at the same address."""
        others = Patient.objects.exclude(pk=self.patient.pk)
        return others.filter(**{column: getattr(self.patient, column)}).exists()


def messages_about(visits: QuerySet[Visit]) -> QuerySet[Message]:
    """What was written about any version of these."""
    reminders = Reminder.objects.filter(visit__in=visits.order_by())
    about = Q(about__in=visits.order_by().values("reference")) | Q(pk__in=reminders.values("message"))
    return Message.objects.filter(about)


def find(given: Mapping[str, str]) -> Person:
    """The patient that all of these words are about. Raises NotKnown and Ambiguous."""
    wanted = {COLUMNS[name]: value for name, value in given.items() if value}
    found = list(Patient.objects.filter(**wanted).order_by("pk")) if wanted else []
    if not found:
        raise NotKnown(f"nobody is kept under that {' and '.join(sorted(given))}")
    if len(found) > 1:
        raise Ambiguous(f"{len(found)} patients are reached there: say which by the booking system's id")
    return Person(found[0])
