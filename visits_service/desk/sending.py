"""A reminder sent by hand, and the address that it went to kept for good, in one transaction. Called by `admin`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from notifications.models import Channel
from visits_service.booking import services as booking
from visits_service.reminders import by_hand
from visits_service.reminders.by_hand import Wish
from visits_service.visits import services as visits
from visits_service.visits.models import Patient, Visit


def send(visit: Visit, wish: Wish, *, keep: bool, by: str, at: datetime) -> int:
    """Queue it and give the message's id, to be nudged after the commit; with `keep` the address is the patient's now.

    Raises what `by_hand.send` raises; nothing is sent and nothing kept then.
    """
    with transaction.atomic():
        if keep:
            keep_address(visit.patient, wish, at=at)
        return by_hand.send(visit, wish, by=by, now=at)


def keep_address(patient: Patient, wish: Wish, *, at: datetime) -> None:
    """Let everything that is still to come go to this address; whatever else is known of the patient stays."""
    known = visits.known(Patient.objects.select_for_update(no_key=True).get(pk=patient.pk))
    by_email = wish.channel == Channel.EMAIL
    kept = replace(known, email=wish.address) if by_email else replace(known, phone=wish.address)
    booking.save_patient(kept, at=at)
