"""Rows become messages: a reminder that is due, a notice of a change. `due` and `notices` hand them to the outbox."""

from __future__ import annotations

import functools
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications import messages
from notifications.models import Channel
from servicekit.words import Words
from visits_service.reminders import calendar, clinic, letters, links, planning, texts, wall_clock, when, words
from visits_service.reminders.calendar import Entry, Method
from visits_service.reminders.clinic import Clinic
from visits_service.reminders.letters import Told
from visits_service.reminders.models import Reminder
from visits_service.reminders.phrases import Kind
from visits_service.reminders.quiet import Quiet
from visits_service.reminders.schedule import Appointment
from visits_service.reminders.wall_clock import DayWord
from visits_service.visits.models import AHEAD, Patient, Visit

MEDIA_TYPE = "text/calendar; method={method}; charset=utf-8"
NOTICE = "notice:"
"""What the keys of notices begin with."""
ONE_CLICK = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
"""RFC 8058: a mail program's own button posts this to the address in `List-Unsubscribe`."""


def write(reminder: Reminder, *, now: datetime, by_night: bool = False) -> messages.Message:
    """The message of a reminder whose visit and patient are loaded, as it is true at this instant.

    It is of use until its day's word isn't true any more by the visit's clock, until quiet hours begin where the
    patient is (unless it may travel `by_night`), and never longer than until the visit starts. Raises messages.Refused
    for an address that can't be one.
    """
    visit, key = reminder.visit, f"reminder:{reminder.pk}:{reminder.round}"
    quiet = None if by_night else planning.current().quiet[reminder.channel]
    until = useful_until(planning.appointment(visit), quiet=quiet, now=now)
    if reminder.channel == Channel.SMS:
        return sms(visit, key=key, until=until, now=now)
    return email(visit, Kind.REMINDER, key=key, until=until, now=now)


def notice(visit: Visit, *, now: datetime) -> messages.Email:
    """The email that says how a visit stands now, of which the patient had been reminded; of use until it starts.

    Raises messages.Refused for an address that can't be one.
    """
    kind = Kind.CHANGED if visit.status in AHEAD else Kind.CANCELLED
    return email(visit, kind, key=notice_key(visit), until=visit.starts_at, now=now)


def notice_key(visit: Visit) -> str:
    """The one occasion for a notice of the visit's present version."""
    return f"{NOTICE}{visit.reference}:{visit.version}"


def sms(visit: Visit, *, key: str, until: datetime, now: datetime) -> messages.Sms:
    """The visit as a text message."""
    said = words_for(visit.patient)
    text = texts.sms(
        planning.appointment(visit),
        clinic=one_line(settings.CLINIC_NAME),
        place=one_line(visit.place),
        said=said,
        now=now,
    )
    return messages.Sms(
        to=visit.patient.phone,
        text=text,
        language=said.language,
        dedupe_key=key,
        about=visit.reference,
        useful_until=until,
    )


def email(visit: Visit, kind: Kind, *, key: str, until: datetime, now: datetime) -> messages.Email:
    """The visit as an email with its calendar entry."""
    said, ours = words_for(visit.patient), clinic.profile()
    told = told_of(visit, said=said, clinic=ours, now=now)
    letter = letters.letter(kind, told, clinic=ours, said=said)
    return messages.Email(
        to=visit.patient.email,
        to_name=told.name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=letter.language,
        dedupe_key=key,
        about=visit.reference,
        reply_to=settings.CLINIC_REPLY_TO,
        headers=(("List-Unsubscribe", f"<{told.links.stop_email}>"), ONE_CLICK),
        attachments=(calendar_file(visit, kind, told, clinic=ours, said=said, now=now),),
        useful_until=until,
    )


def told_of(visit: Visit, *, said: Words, clinic: Clinic, now: datetime) -> Told:
    """What a letter may tell of the visit; without a place it is at the clinic's address."""
    return Told(
        name=one_line(visit.patient.name),
        when=when.of(planning.appointment(visit), locale=said.locale, now=now),
        place=one_line(visit.place) or ", ".join(clinic.address),
        practitioner=one_line(visit.practitioner),
        links=links.of(visit),
        confirmed=visit.status == Visit.Status.CONFIRMED,
    )


def calendar_file(
    visit: Visit, kind: Kind, told: Told, *, clinic: Clinic, said: Words, now: datetime
) -> messages.Attachment:
    """The visit's calendar entry as it stands now."""
    method = Method.CANCEL if kind == Kind.CANCELLED else Method.REQUEST
    entry = Entry(
        uid=visit.reference,
        sequence=visit.version,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=said.say("Visit, {clinic}").format(clinic=clinic.name),
        place=told.place,
        clinic=clinic.name,
        organizer=clinic.sender,
        attendee=visit.patient.email,
    )
    text = calendar.ics(entry, method=method, written_at=now)
    return messages.Attachment(text=text, filename="visit.ics", content_type=MEDIA_TYPE.format(method=method))


def useful_until(visit: Appointment, *, quiet: Quiet | None, now: datetime) -> datetime:
    """The earliest instant, in UTC, at which a reminder that is written now is wrong or unwelcome."""
    ends = [wall_clock.in_utc(visit.start)]
    if isinstance(wall_clock.day_word(now, start=visit.start, zone=visit.zone), DayWord):
        ends.append(end_of_day(now.astimezone(visit.zone).date(), visit.zone))
    if quiet:
        ends.append(quiet_from(quiet, wall_clock.in_utc(now), visit.patient_zone))
    return min(ends)


@functools.lru_cache(maxsize=256)
def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Midnight after that day; a thousand reminders that are written together ask about a handful of zones."""
    return wall_clock.day(day, zone=zone)[1]


@functools.lru_cache(maxsize=256)
def quiet_from(quiet: Quiet, now: datetime, zone: ZoneInfo) -> datetime:
    """When the next quiet hours begin where the patient is, after an instant in UTC."""
    return quiet.begin(now, zone=zone)


def words_for(patient: Patient) -> Words:
    """The patient's language, else the clinic's."""
    return words.of(patient.locale or settings.CLINIC_LOCALE)


def one_line(text: str) -> str:
    """The text without line breaks and control characters, which no header, no SMS and no label has a place for."""
    return text if text.isprintable() else " ".join(messages.CONTROLS.sub(" ", text).split())
