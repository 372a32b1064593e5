"""Which channels patients choose, as they say it themselves: kept as consent, and planned in the same transaction.

What a number says counts for everybody who is reached there; what is chosen on a page counts for one patient.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications.models import Channel
from visits_service.reminders import planning
from visits_service.visits import consent
from visits_service.visits.models import OptOut, Patient


@dataclass(frozen=True, slots=True)
class Option:
    """A channel that the clinic would use: where it leads, and why it is closed (`opted_out`, `no_address`) or open.

    A channel that is `fixed` can't be opened by the patient's choice: the address is unknown, or refuses by itself.
    """

    channel: str
    address: str
    closed: str = ""
    fixed: bool = False


def options(patient: Patient) -> list[Option]:
    """What there is to choose, in the clinic's order; text messages only where a provider is set."""
    reach = consent.reach_of([patient])[patient.pk]
    offered = planning.offered(patient.channels)
    return [option(patient, channel, closed=reach.why_not(channel)) for channel in offered]


def option(patient: Patient, channel: str, *, closed: str) -> Option:
    """One channel of a patient's."""
    address = patient.address(channel)
    return Option(channel, address, closed=closed, fixed=is_fixed(channel, address, closed=closed))


def is_fixed(channel: str, address: str, *, closed: str) -> bool:
    """Whether a closed channel stays closed whatever the patient chooses."""
    if not address or not closed:
        return bool(closed)
    return OptOut.objects.filter(channel=channel, address=address, until__isnull=True).exists()


def choose(patient: Patient, channels: Collection[str], *, at: datetime) -> None:
    """From now on remind this patient on these channels alone; chosen twice, the second changes nothing."""
    with transaction.atomic():
        open_to_choice = [option.channel for option in options(patient) if not option.fixed]
        changed = [set_channel(patient, channel, wanted=channel in channels, at=at) for channel in open_to_choice]
        if any(changed):
            planning.plan_patient(patient, now=at)


def stop(patient: Patient, channels: Collection[str], *, at: datetime) -> None:
    """From now on remind this patient on none of these channels, whether the clinic uses them yet or not."""
    with transaction.atomic():
        changed = [set_channel(patient, channel, wanted=False, at=at) for channel in channels]
        if any(changed):
            planning.plan_patient(patient, now=at)


def set_channel(patient: Patient, channel: str, *, wanted: bool, at: datetime) -> bool:
    """Keep one choice; False when it was known."""
    if wanted:
        return consent.resume(channel, patient=patient, at=at)
    return consent.stop(channel, patient=patient, source=consent.Source.LINK, at=at)


def stop_number(number: str, *, source: str, at: datetime) -> None:
    """Nobody is texted at this number any more; `source` says whether the number said so or the provider does."""
    with transaction.atomic():
        if consent.stop(Channel.SMS, address=number, source=source, at=at):
            plan_those_at(number, at=at)


def start_number(number: str, *, at: datetime) -> None:
    """The number takes texts again."""
    with transaction.atomic():
        if consent.resume(Channel.SMS, address=number, at=at):
            plan_those_at(number, at=at)


def plan_those_at(number: str, *, at: datetime) -> None:
    """Plan anew for everybody who is reached at this number."""
    for patient in consent.living_at(Channel.SMS, number):
        planning.plan_patient(patient, now=at)
