"""What is remembered of somebody who was forgotten: that they want no messages, by keyed hashes. Beside `consent`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from notifications.models import Channel
from privacy import digests
from visits_service.visits.models import LastingRefusal, OptOut, Patient

PATIENT = "patient"


def keep(patient: Patient, channels: Iterable[str], *, addresses: bool, at: datetime) -> int:
    """Remember that the patient refuses these channels, and where `addresses` says so their addresses; how many."""
    wanted = [(channel, digests.of(PATIENT, patient.external_id)) for channel in channels]
    if addresses:
        own = [(channel, patient.address(channel)) for channel in channels]
        wanted += [(channel, digest_at(channel, address)) for channel, address in own if address]
    return remember(wanted, at=at)


def keep_address(opt_out: OptOut) -> int:
    """Remember what an address refuses, in place of the opt-out that names it."""
    return remember([(opt_out.channel, digest_at(opt_out.channel, opt_out.address))], at=opt_out.since)


def remember(refusals: Collection[tuple[str, str]], *, at: datetime) -> int:
    """Write these down; what is known already stays as it is."""
    rows = [LastingRefusal(channel=channel, digest=digest, since=at) for channel, digest in refusals]
    LastingRefusal.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def take_back(external_id: str) -> list[str]:
    """The channels that a patient of that id refused; from now on an opt-out of their own says it."""
    found = LastingRefusal.objects.filter(digest__in=digests.every(PATIENT, external_id))
    channels = sorted(set(found.values_list("channel", flat=True)))
    if channels:
        found.delete()
    return channels


def take_back_addresses(patient: Patient) -> list[tuple[str, str]]:
    """The patient's addresses that refuse their channel, each with it."""
    own = {channel: patient.address(channel) for channel in Channel.values if patient.address(channel)}
    wanted = Q(pk=None)
    for channel, address in own.items():
        wanted |= Q(channel=channel, digest__in=digests.every(channel, address))
    found = LastingRefusal.objects.filter(wanted)
    refused = sorted({(channel, own[channel]) for channel in found.values_list("channel", flat=True)})
    if refused:
        found.delete()
    return refused


def drop(channel: str, *, address: str) -> None:
    """An address takes messages again."""
    LastingRefusal.objects.filter(channel=channel, digest__in=digests.every(channel, address)).delete()


def digest_at(channel: str, address: str) -> str:
    """The digest of an address on a channel."""
    return digests.of(channel, address)
