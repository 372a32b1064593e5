"""Erases one patient: what was to be sent is withdrawn, then everything goes. The caller's transaction holds it all."""

from __future__ import annotations

from datetime import datetime

from notifications import outbox
from notifications.models import State
from privacy.service import Busy, Erased
from visits_service.privacy import forgetting
from visits_service.privacy.people import Person
from visits_service.visits.models import Patient


def erase(person: Person, *, at: datetime) -> Erased:
    """Forget the patient; nothing of visits has to be kept by law. Raises Busy while a message is being sent.

    The patient's lock keeps visits from coming in meanwhile; reminders that are being written are waited for.
    """
    Patient.objects.select_for_update().get(pk=person.patient.pk)
    list(person.visits.select_for_update(of=("self",)).values_list("pk"))
    list(person.reminders.select_for_update(of=("self",)).values_list("pk"))
    withdrawn = withdraw(person)
    counts = {"messages withdrawn": withdrawn, **forgetting.erase(person, at=at)}
    return Erased({name: count for name, count in counts.items() if count})


def withdraw(person: Person) -> int:
    """Take back what is queued to the patient; how many messages. Raises Busy while one is being sent."""
    queued = person.messages.filter(state=State.QUEUED)
    withdrawn = outbox.withdraw(list(queued.values_list("pk", flat=True)))
    if queued.exists():
        raise Busy("a message is being sent right now; try again in a minute")
    return len(withdrawn)
