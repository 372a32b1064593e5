"""What a patient says, by SMS or on a page, is kept once and acted upon in the same transaction.

`sms_views` and `pages` bring it. Where it leaves a doubt nothing is guessed: a person at the clinic has to see to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from notifications.models import Channel, State
from notifications.sms.twilio_webhooks import Inbound
from visits_service.reminders import choices
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import consent
from visits_service.visits import services as visits
from visits_service.visits.models import AHEAD, Patient, Visit

Kind = Answer.Kind
LONGEST_TEXT = 500
"""Characters of a message that is written on a page."""


def by_sms(message: Inbound, *, at: datetime) -> bool:
    """Keep a text message and do what it asks for; False for one that came before, which changes nothing."""
    about = {
        "source": Answer.Source.SMS,
        "kind": Kind(message.intent),
        "number": message.from_number[:32],
        "text": message.text.replace("\0", ""),
        "received_at": at,
    }
    with transaction.atomic():
        answer, new = Answer.objects.get_or_create(provider_id=message.provider_id, defaults=about)
        if new:
            FOLLOW[Kind(answer.kind)](answer)
            answer.patient = answer.visit.patient if answer.visit else the_one_at(answer.number)
            answer.save()
    return new


def follow_confirm(answer: Answer) -> None:
    """The visit that was reminded of at this number is confirmed, if there is exactly one and it is as reminded."""
    visit = answer.visit = the_one_reminded(answer)
    sure = visit and texts_to(answer.number).filter(visit=visit, visit_version=visit.version).exists()
    answer.needs_a_person = not (visit and sure and is_confirmed(visit, at=answer.received_at))


def follow_request(answer: Answer) -> None:
    """The clinic is asked; where there is no doubt which visit it is about, that helps."""
    answer.visit = the_one_reminded(answer)
    answer.needs_a_person = True


def follow_stop(answer: Answer) -> None:
    """No more texts to this number, whether we know it or not."""
    choices.stop_number(answer.number, source=consent.Source.WORD, at=answer.received_at)


def follow_start(answer: Answer) -> None:
    """Texts to this number again."""
    choices.start_number(answer.number, at=answer.received_at)


def only_keep(answer: Answer) -> None:
    """Nothing follows: the provider has answered the call for help already."""


FOLLOW: dict[str, Callable[[Answer], None]] = {
    Kind.CONFIRM: follow_confirm,
    Kind.CALL_ME: follow_request,
    Kind.OTHER: follow_request,
    Kind.STOP: follow_stop,
    Kind.START: follow_start,
    Kind.HELP: only_keep,
}
"""What follows from a text message, by what it asks for."""


def the_one_reminded(answer: Answer) -> Visit | None:
    """The only visit to come that was reminded of at this number, locked; None when there are several or none."""
    reminded = Exists(texts_to(answer.number).filter(visit=OuterRef("pk")))
    ahead = Visit.objects.filter(reminded, patient__phone=answer.number, status__in=AHEAD)
    found = ahead.filter(starts_at__gt=answer.received_at).select_related("patient").order_by("pk")
    visits_there = list(found.select_for_update(of=("self",)))
    return visits_there[0] if len(visits_there) == 1 else None


def texts_to(number: str) -> QuerySet[Reminder]:
    """Reminders that went out to this number."""
    return Reminder.objects.filter(
        channel=Channel.SMS, message__to=number, message__state__in=(State.SENT, State.DELIVERED)
    )


def the_one_at(number: str) -> Patient | None:
    """The only patient who is reached at this number; None when there are several or none."""
    known = consent.living_at(Channel.SMS, number)
    return known[0] if len(known) == 1 else None


def confirm(visit: Visit, *, version: int, at: datetime) -> bool:
    """The patient says on a page that they will come to the visit as they saw it; False when it isn't so any more.

    Said twice, the second changes nothing.
    """
    with transaction.atomic():
        standing = locked(visit)
        if standing.version != version:
            return False
        if visits.confirm(standing, at=at):
            said_on_page(standing, Kind.CONFIRM, at=at).save()
        return standing.status == Visit.Status.CONFIRMED


def ask(visit: Visit, kind: str, *, text: str, at: datetime) -> bool:
    """Put the patient's wish to move or cancel before the clinic; False when the visit doesn't take place any more.

    The visit stands until somebody at the clinic has decided. Asked twice, the second changes nothing.
    """
    with transaction.atomic():
        standing = locked(visit)
        if not is_to_come(standing, now=at):
            return False
        if not waiting(standing).filter(kind=kind, text=text).exists():
            answer = said_on_page(standing, kind, at=at)
            answer.text, answer.needs_a_person = text, True
            answer.save()
        return True


def waiting(visit: Visit) -> QuerySet[Answer]:
    """What was said of this visit on its page and still waits for somebody at the clinic, the latest first."""
    return Answer.objects.filter(visit=visit, source=Answer.Source.PAGE, needs_a_person=True, seen_at__isnull=True)


def is_to_come(visit: Visit, *, now: datetime) -> bool:
    """Whether the visit takes place and hasn't begun."""
    return visit.status in AHEAD and visit.starts_at > now


def is_confirmed(visit: Visit, *, at: datetime) -> bool:
    """Confirm a locked visit; False when it can't be and wasn't."""
    return visits.confirm(visit, at=at) or visit.status == Visit.Status.CONFIRMED


def locked(visit: Visit) -> Visit:
    """The visit's row as it is now, locked for the rest of the transaction."""
    return Visit.objects.select_for_update().get(pk=visit.pk)


def said_on_page(visit: Visit, kind: str, *, at: datetime) -> Answer:
    """An unsaved answer."""
    return Answer(source=Answer.Source.PAGE, kind=kind, visit=visit, patient_id=visit.patient_id, received_at=at)
