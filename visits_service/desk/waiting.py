"""What needs a person at the clinic: whom nobody could reach, who asked for something, what can't be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.urls import reverse

from servicekit.overview import lists
from servicekit.overview.board import Entry, Task
from servicekit.overview.lists import Reader
from visits_service.desk import sentences
from visits_service.reminders.coverage import Coverage, Line
from visits_service.reminders.models import Answer, DayCoverage, Reminder
from visits_service.visits.models import Visit

NAMED = 5
"""How many of a kind are named; the list behind has them all."""


def unreached(day: Coverage, *, word: str, reader: Reader) -> Iterator[Task]:
    """Patients of a day whom only a call can still tell; `word` says which day."""
    if day.to_call:
        yield Task(
            text=f"Patients of {word} whom nobody could reach",
            count=len(day.to_call),
            path=lists.of(DayCoverage, reader, date=day.day.isoformat()),
            entries=tuple(to_call(day.to_call[:NAMED])),
            more=and_more(len(day.to_call)),
            urgent=True,
        )


def to_call(lines: Iterable[Line]) -> Iterator[Entry]:
    """Each by its visit, never by name."""
    shown = list(lines)
    numbers = dict(
        Visit.objects.filter(external_id__in=[line.external_id for line in shown]).values_list("external_id", "pk")
    )
    for line in shown:
        page = reverse("admin:desk_visitstory_change", args=[numbers[line.external_id]])
        yield Entry(line.external_id, f"at {line.starts_at:%H:%M}", line.why, page)


def asked(*, zone: ZoneInfo, reader: Reader) -> Iterator[Task]:
    """What patients said and nobody has seen to."""
    rows = Answer.objects.filter(needs_a_person=True, seen_at__isnull=True)
    count = rows.aggregate(count=Count("pk"))["count"]
    if count:
        newest = rows.select_related("visit").order_by("-received_at")[:NAMED]
        yield Task(
            text="Patients who wait for an answer",
            count=count,
            path=lists.of(Answer, reader, needs_a_person__exact=1, seen_at__isempty=1),
            entries=tuple(answer(each, zone=zone) for each in newest),
            more=and_more(count),
        )


def answer(each: Answer, *, zone: ZoneInfo) -> Entry:
    """One by its visit, where that is known."""
    at = f"{each.received_at.astimezone(zone):%a %Y-%m-%d %H:%M}"
    if each.visit_id is None or each.visit is None:
        return Entry("", at, sentences.KINDS[each.kind], reverse("admin:reminders_answer_change", args=[each.pk]))
    page = reverse("admin:desk_visitstory_change", args=[each.visit_id])
    return Entry(each.visit.external_id, at, sentences.KINDS[each.kind], page)


def unwritten(*, now: datetime, reader: Reader) -> Iterator[Task]:
    """Reminders that are due and can't be written, because something about their visit makes our code stumble."""
    rows = Reminder.objects.filter(due_at__isnull=False, attempts__gt=0, visit__starts_at__gt=now)
    found = list(rows.select_related("visit").order_by("due_at")[: NAMED + 1])
    if found:
        count = rows.count() if len(found) > NAMED else len(found)
        yield Task(
            text="Reminders that can't be written",
            count=count,
            path=lists.of(Reminder, reader, state__exact=Reminder.State.PLANNED),
            entries=tuple(
                Entry(
                    row.visit.external_id,
                    f"tried {row.attempts} times",
                    row.last_error,
                    reverse("admin:desk_visitstory_change", args=[row.visit_id]),
                )
                for row in found[:NAMED]
            ),
            more=and_more(count),
            urgent=True,
        )


def and_more(count: int) -> str:
    """How many aren't named."""
    return f"and {count - NAMED} more" if count > NAMED else ""
