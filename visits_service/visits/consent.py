"""Which channels a patient may be reached on: what the clinic wants, less what the patient or the number refuses."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from notifications.models import Channel
from visits_service.visits import memory
from visits_service.visits.models import OptOut, Patient

Source = OptOut.Source
Refusal = tuple[str, int | None, str]
"""Channel, patient and address of an opt-out; either there is no patient or the address is empty."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How one patient can be reached: `open` channels in the order of preference, and why the others are closed."""

    open: tuple[str, ...]
    closed: tuple[tuple[str, str], ...] = ()

    def why_not(self, channel: str) -> str:
        """`not_wanted`, `opted_out` or `no_address`; nothing for an open channel."""
        return "" if channel in self.open else dict(self.closed).get(channel, "not_wanted")


def reach_of(patients: Iterable[Patient]) -> dict[int, Reach]:
    """The reach of each patient by primary key, with one query for all of them."""
    known = list(patients)
    refused = refusals_of(known)
    return {patient.pk: reach(patient, refused) for patient in known}


def refusals_of(patients: Iterable[Patient]) -> set[Refusal]:
    """What these patients, or the addresses where they are reached, refuse; also on channels that nobody wants."""
    known = set(patients)
    addresses = {patient.address(channel) for patient in known for channel in Channel.values} - {""}
    standing = OptOut.objects.filter(Q(patient__in=known) | Q(address__in=addresses), until__isnull=True)
    return set(standing.values_list("channel", "patient_id", "address"))


def reach(patient: Patient, refused: set[Refusal]) -> Reach:
    """The reach of one patient."""
    closed = tuple((channel, why) for channel in patient.channels if (why := obstacle(patient, channel, refused)))
    shut = {channel for channel, _ in closed}
    return Reach(tuple(channel for channel in patient.channels if channel not in shut), closed)


def obstacle(patient: Patient, channel: str, refused: Set[Refusal]) -> str:
    """Why this channel, which the clinic wants, can't be used; nothing where it can."""
    address = patient.address(channel)
    if not address:
        return "no_address"
    said_no = (channel, patient.pk, "") in refused or (channel, None, address) in refused
    return "opted_out" if said_no else ""


def stop(channel: str, *, source: str, at: datetime, patient: Patient | None = None, address: str = "") -> bool:
    """Put on record that a patient (or everybody at an address) refuses a channel; False when it was known."""
    subject = {"patient": patient, "address": address, "channel": channel}
    known = OptOut.objects.filter(**subject, until__isnull=True).exists()
    OptOut.objects.bulk_create([OptOut(**subject, source=source, since=at)], ignore_conflicts=True)
    return not known


def resume(channel: str, *, at: datetime, patient: Patient | None = None, address: str = "") -> bool:
    """End what `stop` put on record; False when there was nothing."""
    if address:
        memory.drop(channel, address=address)
    standing = OptOut.objects.filter(channel=channel, until__isnull=True)
    return bool(standing.filter(patient=patient, address=address).update(until=at))


def recall(patient: Patient, *, at: datetime) -> None:
    """Give somebody who was forgotten and comes back the opt-outs that they, or their addresses, had."""
    for channel in memory.take_back(patient.external_id):
        stop(channel, source=Source.MEMORY, at=at, patient=patient)
    for channel, address in memory.take_back_addresses(patient):
        stop(channel, source=Source.MEMORY, at=at, address=address)


def living_at(channel: str, address: str) -> list[Patient]:
    """Every patient who is reached at this address."""
    return list(Patient.objects.filter(**{"email" if channel == "email" else "phone": address}))
