"""A visit's calendar entry, read back by the library that others read calendars with, and equal to what it writes."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event, vCalAddress, vText

from tests.visits.builders import instant
from tests.visits.reading import calendar_of, event_in
from visits_service.reminders import calendar
from visits_service.reminders.calendar import Entry, Method

WRITTEN_AT = instant("2026-11-24 08:00")
ENTRY = Entry(
    uid="R3MDKhPxjtA207al",
    sequence=1,
    starts_at=instant("2026-11-25 09:30"),
    ends_at=instant("2026-11-25 10:00"),
    summary="Visit, Clinic Example",
    place="2nd floor, room 12",
    clinic="Clinic Example",
    organizer="visits@clinic.example",
    attendee="ada@patient.example",
)
HOSTILE = [
    "Zażółć; gęślą, jaźń \\ Straße „Nord“",
    "Ärztehaus, " * 40,
    "عيادة النور، الطابق الثاني",
    "🙂" * 60,
    "two\nlines",
    'BEGIN:VEVENT "quoted" ^caret^ a:b;c=d',
    "ATTENDEE:mailto:somebody@else.example\r\nSTATUS:CANCELLED",
]
readable = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=300)


def written(entry: Entry = ENTRY, *, method: Method = Method.REQUEST) -> str:
    return calendar.ics(entry, method=method, written_at=WRITTEN_AT)


def by_the_library(entry: Entry, *, method: Method) -> str:
    """The same entry as icalendar writes it."""
    organizer, attendee = vCalAddress(f"mailto:{entry.organizer}"), vCalAddress(f"mailto:{entry.attendee}")
    organizer.params["CN"] = vText(entry.clinic)
    attendee.params.update({"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", WRITTEN_AT)
    event.add("dtstart", entry.starts_at)
    if entry.ends_at:
        event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    if entry.place:
        event.add("location", entry.place)
    event.add("organizer", organizer)
    event.add("attendee", attendee)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method == Method.CANCEL else "CONFIRMED")
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//clinic-receipts//visits//EN")
    made.add("method", method.value)
    made.add_component(event)
    return str(made.to_ical(), "utf-8")


def people_in(text: str) -> list[dict[str, str]]:
    """What stands beside the addresses of organizer and attendee, which the library leaves out when it compares."""
    event = event_in(text)
    return [dict(event[role].params) for role in ("ORGANIZER", "ATTENDEE")]


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("ends_at", [ENTRY.ends_at, None])
@pytest.mark.parametrize("text", ["Room 3", "", *HOSTILE])
def test_the_entry_is_what_the_library_would_write(method: Method, ends_at: datetime | None, text: str) -> None:
    place = text.replace("\r\n", "\n")
    entry = dataclasses.replace(ENTRY, summary=f"Visit, {place}", place=place, ends_at=ends_at)

    ours = written(entry, method=method)

    theirs = by_the_library(entry, method=method)
    assert calendar_of(ours) == calendar_of(theirs)
    assert people_in(ours) == people_in(theirs)


@given(text=readable, clinic=readable)
def test_whatever_a_text_holds_is_read_back_as_it_was(text: str, clinic: str) -> None:
    entry = dataclasses.replace(ENTRY, summary=text, place=text, clinic=clinic)

    event = event_in(written(entry))

    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (text, text)
    assert event["ORGANIZER"].params["CN"] == clinic


@given(text=readable)
def test_no_line_is_longer_than_75_octets_and_each_is_whole_utf_8(text: str) -> None:
    entry = dataclasses.replace(ENTRY, summary=text, place=text, clinic=text)

    octets = written(entry).encode()

    assert octets.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert all(len(line) <= 75 and line.decode() for line in octets.removesuffix(b"\r\n").split(b"\r\n"))
    assert b"\n" not in octets.replace(b"\r\n", b"")


def test_a_place_cannot_add_a_line_of_its_own() -> None:
    entry = dataclasses.replace(ENTRY, place=HOSTILE[-1], clinic=HOSTILE[-1])

    event = event_in(written(entry))

    assert event["STATUS"] == "CONFIRMED"
    assert event["ATTENDEE"] == "mailto:ada@patient.example"


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("start", ["2026-03-29 00:30", "2026-10-25 00:30", "2026-10-25 01:30", "2026-11-01 05:30"])
def test_an_instant_is_the_same_whatever_clock_it_was_given_by(zone: str, start: str) -> None:
    local = instant(start).astimezone(ZoneInfo(zone))
    entry = dataclasses.replace(ENTRY, starts_at=local, ends_at=local + timedelta(hours=2))

    text = written(entry)

    event = event_in(text)
    assert event["DTSTART"].dt == instant(start)
    assert f"DTSTART:{instant(start):%Y%m%dT%H%M%SZ}\r\n" in text


def test_the_address_of_a_patient_stays_one_address() -> None:
    entry = dataclasses.replace(ENTRY, attendee="o'brien+clinic&co?cc=x@patient.example")

    event = event_in(written(entry))

    assert event["ATTENDEE"] == "mailto:o'brien+clinic%26co%3Fcc%3Dx@patient.example"
