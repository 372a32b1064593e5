"""What the doctor thinks of what only this service has: its settings, time zones, languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong
from servicekit.doctor.judging import laptop


@dataclass(frozen=True, slots=True)
class Settings:
    """The few that the judgement needs, and no value that is a secret."""

    debug: bool
    laptop_secret: bool
    public_url: str
    api_tokens: int
    country: str
    texts: bool


@dataclass(frozen=True, slots=True)
class Zones:
    """The clinic's zone and the version of our rules; the zones of visits to come that nobody knows.

    `database` says whether the database knows the clinic's zone, None where it wasn't asked or couldn't answer.
    """

    clinic: str
    version: str
    unknown: tuple[str, ...] = ()
    database: bool | None = None


@dataclass(frozen=True, slots=True)
class Languages:
    """How many sentences each language's file leaves in English; the clinic's own language, whether we speak it."""

    missing: Mapping[str, int]
    clinic: str


def settings(seen: Settings) -> list[Finding]:
    """What is unsafe or missing; that they parsed, when nothing is."""
    found = laptop.unsafe(debug=seen.debug, laptop_secret=seen.laptop_secret, public_url=seen.public_url)
    if not seen.api_tokens:
        found.append(warning("no program may call the API", "Set API_TOKENS if a booking system brings visits."))
    if seen.texts and not seen.country:
        do = "Set CLINIC_COUNTRY, so that a number without its country is read as one from here."
        found.append(warning("phone numbers have to come with their country", do))
    return found or [ok("every setting was read, and none is unsafe")]


def zones(seen: Zones) -> list[Finding]:
    """Whether every clock that a reminder goes by is known."""
    if seen.unknown:
        do = "Install the package tzdata in a newer version, or correct these visits' time zones."
        return [wrong(f"visits to come are held by clocks that nobody knows: {', '.join(seen.unknown)}", do)]
    if seen.database is False:
        do = "Install the time zone data of the database's machine, for the overview's days."
        return [warning(f"the database doesn't know {seen.clinic}", do)]
    return [ok(f"{seen.clinic} is known, by the rules of {seen.version}")]


def languages(seen: Languages) -> list[Finding]:
    """Whether patients are written to in their language."""
    found = [
        warning(f"{count} sentences of {language} are said in English", "Translate them: visits_service/*/locale.")
        for language, count in seen.missing.items()
        if count
    ]
    if seen.clinic not in seen.missing:
        do = "Set CLINIC_LOCALE to a language that we speak, or add one."
        found.append(warning(f"nobody has translated {seen.clinic}, the clinic's language: patients read English", do))
    return found or [ok(f"every sentence is there in {', '.join(sorted(seen.missing))}")]
