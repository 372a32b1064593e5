"""What the doctor looks at in this service alone: plain values for `judging`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from servicekit.doctor.probing import broker, database
from servicekit.words import FALLBACK, Catalogue, parsed
from visits_service.operating.doctor.judging import Languages, Settings, Zones
from visits_service.reminders import words
from visits_service.reminders.pages import words as page_words
from visits_service.visits.models import AHEAD, Visit

CATALOGUES = (words.CATALOGUE, page_words.CATALOGUE)
MOST_NAMED = 5


def settings_read() -> Settings:
    """What the judgement needs of them."""
    return Settings(
        debug=settings.DEBUG,
        laptop_secret=settings.SECRET_KEY == settings.LAPTOP_SECRET,
        public_url=settings.PUBLIC_URL,
        api_tokens=len(settings.API_TOKENS),
        country=settings.CLINIC_COUNTRY,
        texts=bool(settings.SMS_BACKEND),
    )


def zones() -> Zones:
    """Ours, and those of visits that are still to come; without a database, ours alone."""
    clinic, version = settings.CLINIC_TIME_ZONE, rules()
    try:
        return Zones(clinic, version, unknown=tuple(sorted(unknown())[:MOST_NAMED]), database=knows(clinic))
    except DatabaseError:
        return Zones(clinic, version)


def unknown() -> set[str]:
    """Zones of visits to come that nobody knows."""
    ahead = Visit.objects.filter(status__in=AHEAD, starts_at__gt=timezone.now())
    held_by = ahead.order_by().values_list("timezone", flat=True).distinct()
    return set(held_by) - available_timezones()


def knows(zone: str) -> bool | None:
    """Whether a PostgreSQL has the rules of that zone; None for another database, which asks us."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %s)", [zone])
        return bool(cursor.fetchone()[0])


def languages() -> Languages:
    """What each language's files leave open."""
    spoken = sorted({language for catalogue in CATALOGUES for language in catalogue.languages()})
    missing = {language: sum(open_in(catalogue, language) for catalogue in CATALOGUES) for language in spoken}
    return Languages(missing, clinic=parsed(settings.CLINIC_LOCALE).language)


def open_in(catalogue: Catalogue, language: str) -> int:
    """How many of its sentences have no translation, or one that is a guess; English is complete by itself."""
    wanted = set(catalogue.of(FALLBACK).messages)
    if language == FALLBACK:
        return 0
    if not catalogue.file_of(language).is_file():
        return len(wanted)
    return len(wanted - {message for message, said in catalogue.of(language).messages.items() if said})


def rules() -> str:
    """Whose rules our clocks go by, and their version: this machine's, else those of the package."""
    for folder in TZPATH:
        if (table := Path(folder, "tzdata.zi")).is_file():
            with table.open(encoding="utf-8") as lines:
                version = lines.readline().removeprefix("# version ").strip()
            return f"this machine's zone data {version}"
    return f"tzdata {metadata.version('tzdata')}"


def clock_skews() -> dict[str, float | None]:
    """How far our clock is ahead of those that matter to us, in seconds."""
    return {"the database's": database.clock_skew(), "Redis's": broker.clock_skew()}
