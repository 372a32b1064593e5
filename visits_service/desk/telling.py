"""Rows become the lines of a story: each says when, what, and whether that is good news. `story` loads the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from notifications.models import Attempt, Kind, Message, Outcome, TrackingEvent
from notifications.models import State as MessageState
from visits_service.desk import sentences
from visits_service.reminders import writing
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import OptOut, Visit, VisitVersion

GOOD, BAD, WAITS = "good", "wrong", "open"
"""How a line looks, in the tones of the overview; what it says, it says in words."""
State = Reminder.State


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `at` is an instant, one that lies ahead for what is planned; `mark` is GOOD, BAD, WAITS or nothing.

    What is `to_come` hasn't happened, even if it should have by now.
    """

    at: datetime
    what: str
    more: str = ""
    mark: str = ""
    visit: str = ""
    to_come: bool = False


def of_visit(visit: Visit, versions: Sequence[VisitVersion]) -> Iterator[Entry]:
    """Booked, moved, cancelled, and the visit itself."""
    if not versions or versions[0].version > 1:
        yield Entry(visit.created_at, "Booked", "What it was then isn't on record.")
    for version in versions[:1]:
        yield Entry(version.at, f"Booked for {when(version)}" if version.version == 1 else moved_to(version))
    for before, after in pairwise(versions):
        yield Entry(after.at, what_changed(before, after), f"It was {when(before)}.")
    if visit.status != Visit.Status.CANCELLED:
        yield Entry(visit.starts_at, "The visit", ", ".join(filter(None, [visit.practitioner, visit.place])))


def what_changed(before: VisitVersion, after: VisitVersion) -> str:
    """From one version to the next."""
    if after.status == Visit.Status.CANCELLED:
        return "Cancelled"
    if before.status == Visit.Status.CANCELLED:
        return f"Booked again, for {when(after)}"
    if (before.starts_at, before.timezone) != (after.starts_at, after.timezone):
        return moved_to(after)
    return f"Changed: {', '.join(filter(None, [after.practitioner, after.place])) or 'how long it takes'}"


def moved_to(version: VisitVersion) -> str:
    """A new time."""
    return "Cancelled" if version.status == Visit.Status.CANCELLED else f"Moved to {when(version)}"


def when(held: Visit | VisitVersion) -> str:
    """Day and time by the clock of the visit's place."""
    return f"{held.starts_at.astimezone(ZoneInfo(held.timezone)):%a %Y-%m-%d %H:%M}"


def of_reminder(row: Reminder, changed_at: Mapping[int, datetime]) -> Iterator[Entry]:
    """Planned, taken back, left out; what its message went through is told by `of_message`.

    `changed_at` has the instant at which each version of the visit began.
    """
    channel = sentences.CHANNELS[row.channel]
    if row.send_at and row.created_at < row.send_at:
        yield Entry(row.created_at, f"Reminder by {channel} planned", f"{planned_for(row)}, {sentences.rule(row.lead)}")
    match row.state:
        case State.PLANNED if row.send_at:
            yield to_be_sent(row, row.send_at)
        case State.VOID:
            at = changed_at.get(row.visit_version + 1) or row.send_at or row.created_at
            yield Entry(at, f"Reminder by {channel} taken back", "It was planned for a visit that has changed.")
        case State.SKIPPED | State.EXPIRED:
            yield none_of(row, WAITS)
        case State.FAILED if row.message is None:
            yield none_of(row, BAD)


def to_be_sent(row: Reminder, at: datetime) -> Entry:
    """That one is still to come; what our code stumbled over is said with it."""
    what = f"Reminder by {sentences.CHANNELS[row.channel]} to be sent"
    return Entry(at, what, row.last_error, BAD if row.last_error else "", to_come=True)


def none_of(row: Reminder, mark: str) -> Entry:
    """That one didn't go out, and why."""
    what = f"No reminder by {sentences.CHANNELS[row.channel]}"
    return Entry(row.send_at or row.created_at, what, sentences.why_not(row.reason), mark)


def planned_for(row: Reminder) -> str:
    """When it is to go out, by the clock of the visit's place."""
    assert row.send_at
    return f"for {row.send_at.astimezone(ZoneInfo(row.visit.timezone)):%a %Y-%m-%d %H:%M}"


def of_message(message: Message, row: Reminder | None) -> Iterator[Entry]:
    """Written, each attempt, each report; `row` is the reminder that it belongs to, which a notice needn't have."""
    yield Entry(message.created_at, written(message), why_written(message, row))
    for attempt in message.history.all():
        yield of_attempt(attempt)
    for report in message.reports.all():
        yield of_report(report)
    if ended := end_of(message):
        yield ended


def written(message: Message) -> str:
    """What was written, and to where."""
    what = "Notice of the change" if is_notice(message) else "Reminder"
    return f"{what} {sentences.BY[message.channel]} to {message.to}"


def why_written(message: Message, row: Reminder | None) -> str:
    """Whose wish it was."""
    if row is None or is_notice(message):
        return ""
    return f"sent by {row.asked_by}" if row.is_by_hand else sentences.rule(row.lead)


def is_notice(message: Message) -> bool:
    """Whether it tells of a change; that it may be the reminder, too, of what was due then is another matter."""
    return message.dedupe_key.startswith(writing.NOTICE)


def of_attempt(attempt: Attempt) -> Entry:
    """One call of the provider."""
    mark = {Outcome.ACCEPTED: GOOD, Outcome.GAVE_UP: BAD}.get(Outcome(attempt.outcome), WAITS)
    what = sentences.OUTCOMES[attempt.outcome]
    return Entry(attempt.finished_at or attempt.started_at, what, sentences.in_words(attempt.code), mark)


def of_report(report: TrackingEvent) -> Entry:
    """What the provider said afterwards."""
    good, bad = (Kind.SENT, Kind.DELIVERED), (Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED)
    mark = GOOD if report.kind in good else BAD if report.kind in bad else WAITS
    what = sentences.REPORTS[report.kind]
    return Entry(report.at or report.received_at, what, sentences.in_words(report.code), mark)


def end_of(message: Message) -> Entry | None:
    """An end that no attempt and no report tells of."""
    if message.state == MessageState.WITHDRAWN:
        return Entry(message.created_at, "It was taken back before it was sent")
    if message.state == MessageState.FAILED and message.last_error == "too_late" and message.useful_until:
        return Entry(message.useful_until, "It could no longer be sent in time", "", BAD)
    return None


def of_answer(answer: Answer) -> Iterator[Entry]:
    """What the patient said, and that somebody has seen to it."""
    waits = answer.needs_a_person and answer.seen_at is None
    where = "by text message" if answer.source == Answer.Source.SMS else "on the visit's page"
    mark = WAITS if waits else GOOD if answer.kind == Answer.Kind.CONFIRM else ""
    waiting = "Somebody has to see to it." if waits else ""
    said = f"“{answer.text}”" if answer.text else ""
    yield Entry(
        answer.received_at, f"The patient {sentences.KINDS[answer.kind]}, {where}", f"{said} {waiting}".strip(), mark
    )
    if answer.seen_at:
        yield Entry(answer.seen_at, "Somebody has seen to it")


def of_refusal(refusal: OptOut) -> Iterator[Entry]:
    """That a channel was closed, and opened again."""
    channel, whose = sentences.BY[refusal.channel], refusal.address or "the patient"
    yield Entry(refusal.since, f"No more messages {channel}", f"said by {refusal.get_source_display()}: {whose}", WAITS)
    if refusal.until:
        yield Entry(refusal.until, f"Messages {channel} are welcome again", whose)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By time; what happened at one instant stays in the order in which it is told."""
    return tuple(sorted(entries, key=lambda entry: entry.at))
