"""The whole story of a visit, or of a patient with all their visits, in the order of time. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from notifications.models import Message
from visits_service.desk import telling
from visits_service.desk.telling import Entry
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import OptOut, Patient, Visit, VisitVersion

MOST_VISITS = 30
"""A patient's newest visits, of which the story is told."""

HEAVY = ("text", "html", "headers", "attachments")


@dataclass(frozen=True, slots=True)
class Story:
    """What has happened, and what is still to come."""

    past: tuple[Entry, ...]
    ahead: tuple[Entry, ...]


def of_visit(visit: Visit, *, now: datetime) -> Story:
    """The visit's story, with what its patient refuses; a handful of queries."""
    refusals = (entry for refusal in refusals_of(visit.patient) for entry in telling.of_refusal(refusal))
    answers = Answer.objects.filter(visit=visit)
    return divided([*of_visits([visit]), *of_answers(answers), *refusals], now=now)


def of_patient(patient: Patient, *, now: datetime) -> Story:
    """The same for the patient's newest visits together; the answers are all of the patient's."""
    visits = newest_visits(patient)
    refusals = (entry for refusal in refusals_of(patient) for entry in telling.of_refusal(refusal))
    answers = Answer.objects.filter(Q(visit__in=visits) | Q(patient=patient))
    return divided([*of_visits(visits), *of_answers(answers.select_related("visit")), *refusals], now=now)


def newest_visits(patient: Patient) -> list[Visit]:
    """The patient's newest visits, the latest first."""
    return list(Visit.objects.filter(patient=patient).order_by("-starts_at", "-pk")[:MOST_VISITS])


def of_visits(visits: Sequence[Visit]) -> Iterator[Entry]:
    """What happened to these visits and to the reminders of them; each entry names its visit."""
    versions: dict[int, list[VisitVersion]] = defaultdict(list)
    for version in VisitVersion.objects.filter(visit__in=visits):
        versions[version.visit_id].append(version)
    reminders = list(Reminder.objects.filter(visit__in=visits).select_related("message", "visit").order_by("pk"))
    for visit in visits:
        yield from named(visit, telling.of_visit(visit, versions[visit.pk]))
    for row in reminders:
        changed_at = {each.version: each.at for each in versions[row.visit_id]}
        yield from named(row.visit, telling.of_reminder(row, changed_at))
    yield from of_messages(visits, reminders)


def of_messages(visits: Sequence[Visit], reminders: Iterable[Reminder]) -> Iterator[Entry]:
    """What was written about these visits, and what became of it."""
    belongs = {row.message_id: row for row in reminders if row.message_id}
    by_reference = {visit.reference: visit for visit in visits}
    rows = Message.objects.filter(Q(about__in=by_reference) | Q(pk__in=belongs)).defer(*HEAVY)
    for message in rows.order_by("pk").prefetch_related("history", "reports"):
        row = belongs.get(message.pk)
        visit = row.visit if row else by_reference[message.about]
        yield from named(visit, telling.of_message(message, row))


def of_answers(answers: Iterable[Answer]) -> Iterator[Entry]:
    """What was said."""
    for answer in answers:
        told = telling.of_answer(answer)
        yield from named(answer.visit, told) if answer.visit else told


def refusals_of(patient: Patient) -> Iterable[OptOut]:
    """What the patient refuses or refused, and what whoever is reached there did."""
    addresses = [address for address in (patient.email, patient.phone) if address]
    return OptOut.objects.filter(Q(patient=patient) | Q(address__in=addresses)).order_by("pk")


def named(visit: Visit, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries with the visit's name."""
    return (replace(entry, visit=visit.external_id) for entry in entries)


def divided(entries: Iterable[Entry], *, now: datetime) -> Story:
    """What lies behind, and what is still to come."""
    told = telling.in_order(entries)
    ahead = tuple(entry for entry in told if entry.to_come or entry.at > now)
    return Story(past=tuple(entry for entry in told if entry not in ahead), ahead=ahead)
