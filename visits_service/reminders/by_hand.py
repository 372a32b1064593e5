"""A reminder that somebody of the staff sends: what forbids it, what a person has to insist on, and sending it once.

Called by `desk`. Nobody is told twice by mistake: the visit is locked, and what the page had shown has to be so still.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from notifications import messages, outbox
from notifications.models import Channel, Message
from notifications.models import State as MessageState
from visits_service.reminders import planning, schedule, writing
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import AHEAD, Patient, Visit

State = Reminder.State
ACCEPTED = (MessageState.SENT, MessageState.DELIVERED)


class Obstacle(StrEnum):
    """Why nothing may be sent, whoever insists."""

    OUTDATED = "outdated"
    NOT_AHEAD = "not_ahead"
    STARTED = "started"
    NOT_OFFERED = "not_offered"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    UNDER_WAY = "under_way"


class Doubt(StrEnum):
    """What a person may decide, once they know of it."""

    QUIET_HOURS = "quiet_hours"
    SHORT_NOTICE = "short_notice"
    TOLD_ALREADY = "told_already"
    STILL_TO_COME = "still_to_come"


class Impossible(Exception):
    """It can't be sent."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


class Doubtful(Exception):
    """It can be sent if somebody insists on each of these."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__(", ".join(doubts))
        self.doubts = tuple(doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be sent, and what they had seen: the visit's version, how many were sent by hand before.

    `address` is an email address or a number in E.164, and stays out of `repr`; `insists_on` names doubts.
    """

    channel: str
    address: str = field(repr=False)
    version: int
    so_far: int
    insists_on: frozenset[str] = frozenset()


def so_far(visit: Visit) -> int:
    """How many reminders of the visit, in whichever version, were sent by hand."""
    return Reminder.objects.filter(visit=visit, lead__startswith=Reminder.BY_HAND).count()


def send(visit: Visit, wish: Wish, *, by: str, now: datetime) -> int:
    """Queue the reminder and give its message's id, to be nudged after the commit.

    Raises Impossible and Doubtful, and changes nothing then.
    """
    with transaction.atomic():
        standing = locked(visit)
        if obstacle := next(obstacles(standing, wish, now=now), None):
            raise Impossible(obstacle)
        found = tuple(doubts(standing, wish, now=now))
        if not wish.insists_on.issuperset(found):
            raise Doubtful(found)
        return queue(standing, wish, by=by, now=now)


def obstacles(visit: Visit, wish: Wish, *, now: datetime) -> Iterator[Obstacle]:
    """What stands in the way, the weightiest first."""
    if visit.status not in AHEAD:
        yield Obstacle.NOT_AHEAD
    if visit.starts_at <= now:
        yield Obstacle.STARTED
    if not planning.offered([wish.channel]):
        yield Obstacle.NOT_OFFERED
    why_not = closed(visit.patient, wish)
    if why_not:
        yield Obstacle(why_not)
    if any(message.state == MessageState.QUEUED for message in told_there(visit, wish)):
        yield Obstacle.UNDER_WAY
    if (visit.version, so_far(visit)) != (wish.version, wish.so_far):
        yield Obstacle.OUTDATED


def doubts(visit: Visit, wish: Wish, *, now: datetime) -> Iterator[Doubt]:
    """What would keep a rule from sending it now."""
    rules, appointment = planning.current(), planning.appointment(visit)
    quiet = rules.quiet[wish.channel]
    if quiet and quiet.covers(now, zone=appointment.patient_zone):
        yield Doubt.QUIET_HOURS
    if not schedule.still_useful(now, start=visit.starts_at, notice=rules.notice):
        yield Doubt.SHORT_NOTICE
    if any(may_have_arrived(message) for message in told_there(visit, wish)):
        yield Doubt.TOLD_ALREADY
    planned = Reminder.objects.filter(visit=visit, channel=wish.channel, state=State.PLANNED, send_at__gt=now)
    if planned.exists():
        yield Doubt.STILL_TO_COME


def closed(patient: Patient, wish: Wish) -> str:
    """Why the patient can't be reached there; nothing where they can, also on a channel the clinic hadn't asked for."""
    reader = at_address(patient, wish)
    return consent.obstacle(reader, wish.channel, consent.refusals_of([reader]))


def told_there(visit: Visit, wish: Wish) -> list[Message]:
    """The messages that told of the visit as it is now on that channel and at that very address."""
    told = Reminder.objects.filter(visit=visit, visit_version=visit.version, channel=wish.channel)
    return list(Message.objects.filter(pk__in=told.values("message"), to__iexact=wish.address))


def may_have_arrived(message: Message) -> bool:
    """Whether a provider has taken it, or may have."""
    return message.state in ACCEPTED or message.possible_double


def queue(visit: Visit, wish: Wish, *, by: str, now: datetime) -> int:
    """The row and its message. What a person insists on sending by night may travel by night."""
    visit.patient = at_address(visit.patient, wish)
    row = Reminder.objects.create(
        visit=visit,
        visit_version=visit.version,
        lead=f"{Reminder.BY_HAND}:{wish.so_far + 1}",
        channel=wish.channel,
        send_at=now,
        state=State.QUEUED,
        asked_by=by,
    )
    try:
        row.message_id = outbox.enqueue(writing.write(row, now=now, by_night=Doubt.QUIET_HOURS in wish.insists_on))
    except messages.Refused:
        raise Impossible(Obstacle.NO_ADDRESS) from None
    row.save(update_fields=["message"])
    return row.message_id


def at_address(patient: Patient, wish: Wish) -> Patient:
    """The patient as somebody who is reached there; the row that is on record stays as it is."""
    reader = copy.copy(patient)
    setattr(reader, "email" if wish.channel == Channel.EMAIL else "phone", wish.address)
    return reader


def locked(visit: Visit) -> Visit:
    """The visit as it is now, with its patient, locked for the rest of the transaction. Raises Impossible for none."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("patient")
    try:
        return rows.get(pk=visit.pk)
    except Visit.DoesNotExist:
        raise Impossible(Obstacle.OUTDATED) from None
