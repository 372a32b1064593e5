"""The first page of the admin: today and tomorrow, what needs a person, thirty days drawn, the machine at a glance.

Whoever looks sees the parts whose rows they may view, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from servicekit.overview import health, lists
from servicekit.overview.board import Board, Chart, Figure, Group, Search, Task
from servicekit.overview.lists import Reader
from visits_service.desk import drawings, month, waiting
from visits_service.desk.month import Counts, Span
from visits_service.desk.rights import PREVIEW, READ
from visits_service.reminders import coverage, wall_clock
from visits_service.reminders.coverage import Coverage, Outcome
from visits_service.reminders.models import Answer, DayCoverage, Reminder
from visits_service.visits.models import Visit

STAGES = {"Reminders to write": Reminder, "Emails and texts to send": Message}
SHOWN = (Visit, DayCoverage, Reminder, Message, Answer)
"""Who may view none of these has nothing to look at."""
SEARCH_HELP = "A part of a name, or in whole: a visit's or a patient's id, a phone number, an email address."
UNREACHED = (Outcome.OPTED_OUT, Outcome.NO_CONTACT, Outcome.NOT_WANTED, Outcome.FAILED, Outcome.EXPIRED)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look at the overview: who, when, and over which days by the clinic's clock."""

    reader: Reader
    now: datetime
    shown: Span

    @property
    def today(self) -> date:
        """The day that isn't over."""
        return self.shown.today

    def may_see(self, *models: type[Visit | Reminder | Message | Answer]) -> bool:
        """Whether all of these may be shown."""
        return all(lists.may_see(self.reader, model) for model in models)


def of(request: HttpRequest) -> Board | None:
    """The overview as this member of staff may see it; None where that is nothing."""
    now = timezone.now()
    look = Look(request.user, now, month.span(now, zone=coverage.clinic()))
    if not any(lists.may_see(look.reader, model) for model in SHOWN):
        return None
    near = days(look)
    sent = month.messages(look.shown) if look.may_see(Message) else None
    said = month.answers(look.shown) if look.may_see(Answer) else None
    return Board(
        title=f"{look.today:%A}, {look.today.day} {look.today:%B %Y}",
        search=search(look.reader),
        links=tuple(links(look.reader)),
        tasks=tuple(tasks(look, near)),
        groups=(*near_groups(look, near), *today_groups(look, sent, said)),
        charts=tuple(charts(look, sent, said)),
        health=health.of(STAGES),
    )


def search(reader: Reader) -> Search | None:
    """The box, for whoever may see what it finds."""
    if not reader.has_perms(READ):
        return None
    return Search("Find a visit or a patient", SEARCH_HELP, reverse("admin:desk_visitstory_changelist"))


def links(reader: Reader) -> Iterator[tuple[str, str]]:
    """Other pages of the front desk."""
    if reader.has_perm(PREVIEW):
        yield "Previews of emails and texts", reverse("admin:desk_preview_changelist")


def days(look: Look) -> dict[str, Coverage]:
    """Today and tomorrow, for whoever may see the coverage of a day."""
    if not look.may_see(DayCoverage):
        return {}
    found = {"today": look.today, "tomorrow": look.today + timedelta(days=1)}
    return {word: coverage.of_day(day, now=look.now) for word, day in found.items()}


def tasks(look: Look, near: dict[str, Coverage]) -> Iterator[Task]:
    """What needs a person, of what somebody may see."""
    for word, day in near.items():
        yield from waiting.unreached(day, word=word, reader=look.reader)
    if look.may_see(Answer):
        yield from waiting.asked(zone=look.shown.zone, reader=look.reader)
    if look.may_see(Reminder):
        yield from waiting.unwritten(now=look.now, reader=look.reader)


def near_groups(look: Look, near: dict[str, Coverage]) -> Iterator[Group]:
    """How far the reminding for a day has come."""
    for word, day in near.items():
        counts = day.counts()
        where = lists.of(DayCoverage, look.reader, date=day.day.isoformat())
        reached = counts[Outcome.REMINDED]
        unreached = sum(counts[each] for each in UNREACHED)
        yield Group(
            f"Visits of {word}",
            (
                Figure("Visits", str(counts["visits"]), path=where),
                Figure("Confirmed", str(counts["confirmed"]), path=where),
                Figure("Reminded", str(reached), f"{counts['delivered']} reported as delivered", where),
                Figure("Reminder still to come", str(counts[Outcome.TO_COME]), path=where),
                Figure("Not reached", str(unreached), to_call(counts["to_call"]), where, "wrong" if unreached else ""),
            ),
        )


def to_call(count: int) -> str:
    """Of those whom nothing has reached, the ones for whom a call still helps."""
    return f"{count} to call" if count else ""


def today_groups(look: Look, sent: Counts | None, said: Counts | None) -> Iterator[Group]:
    """What went out today, and what was answered."""
    first, end = wall_clock.day(look.today, zone=look.shown.zone)
    if sent is not None:
        figures = tuple(of_today(drawings.OUTCOMES, sent, look))
        yield Group("Emails and texts of today", (*planned(look, end), *figures))
    if said is not None:
        where = lists.of(Answer, look.reader, **lists.between("received_at", first, end))
        yield Group("Answers of today", tuple(of_today(drawings.ANSWERS, said, look, where)))


def planned(look: Look, end: datetime) -> Iterator[Figure]:
    """Reminders that go out before the day is over."""
    if look.may_see(Reminder):
        rows = Reminder.objects.filter(due_at__lt=end, state=Reminder.State.PLANNED)
        where = lists.of(Reminder, look.reader, state__exact=Reminder.State.PLANNED)
        yield Figure("Planned for today", str(rows.count()), path=where)


def of_today(sorts: tuple[drawings.Sort, ...], counts: Counts, look: Look, where: str = "") -> Iterator[Figure]:
    """Each sort of today; it has a look of its own only where there are some."""
    for name, together, tone in sorts:
        count = sum(counts[look.today, sort] for sort in together)
        yield Figure(name, str(count), path=where, tone=tone if count and not tone.startswith("look") else "")


def charts(look: Look, sent: Counts | None, said: Counts | None) -> Iterator[Chart]:
    """Thirty days of what may be seen."""
    if look.may_see(Visit):
        yield drawings.chart("Visits in 30 days", drawings.VISITS, month.visits(look.shown), shown=look.shown)
    if sent is not None:
        yield drawings.chart("Emails and texts in 30 days", drawings.OUTCOMES, sent, shown=look.shown)
    if said is not None:
        yield drawings.chart("Answers in 30 days", drawings.ANSWERS, said, shown=look.shown)
