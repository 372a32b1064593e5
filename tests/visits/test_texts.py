"""What an SMS says: the right day by the visit's clock, in one part where that can be, and no letter lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms import encoding
from notifications.sms.encoding import Encoding
from tests.visits.builders import instant
from visits_service.reminders import texts, words
from visits_service.reminders.schedule import Appointment
from visits_service.reminders.wall_clock import DayWord

WARSAW, NEW_YORK = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York")
START = instant("2026-11-27 09:30")
DAY = timedelta(days=1)
LANGUAGES = words.CATALOGUE.languages()
one_line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=120).map(str.strip)


def sms(
    start: datetime = START,
    *,
    now: datetime | None = None,
    language: str = "en",
    clinic: str = "Clinic Example",
    place: str = "",
    zone: ZoneInfo = WARSAW,
    patient_zone: ZoneInfo | None = None,
) -> str:
    visit = Appointment(start, zone=zone, patient_zone=patient_zone or zone)
    return texts.sms(visit, clinic=clinic, place=place, said=words.of(language), now=now or start - DAY)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Clinic Example: we look forward to seeing you tomorrow at 10:30 AM.\n"
            "Where: Room 3.\n"
            "Reply 1 to confirm or 2 for a call from us, STOP for no more messages.",
        ),
        (
            "pl",
            "Clinic Example: przypominamy o wizycie jutro o 10:30.\n"
            "Miejsce: Room 3.\n"
            "Prosimy o SMS zwrotny: 1 - potwierdzam, 2 - oddzwonimy, STOP - rezygnacja z SMS.",
        ),
        (
            "de",
            "Clinic Example: Wir freuen uns auf Ihren Besuch morgen um 10:30 Uhr.\n"
            "Ort: Room 3.\n"
            "Bitte antworten: 1 = ich komme, 2 = bitte anrufen, STOP = keine SMS mehr.",
        ),
        ("ar", "موعدك غدًا 10:30 ص\nClinic Example\n1 تأكيد\n2 اتصال\nإيقاف الرسائل STOP"),
    ],
)
def test_the_standard_text_of_each_language_takes_one_part(language: str, text: str) -> None:
    written = sms(language=language, place="Room 3")

    measured = encoding.measure(written)
    assert written == text
    assert measured.parts == 1
    assert measured.encoding is (Encoding.UCS_2 if language == "ar" else Encoding.GSM_7)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", [*DayWord, None])
def test_every_wording_says_who_and_when_and_how_to_answer(language: str, word: DayWord | None) -> None:
    wordings = texts.wordings(words.of(language), word=word, zoned=True, placed=True)

    for wording in wordings:
        assert all(part in wording for part in ("{clinic}", "{time}", "{zone}", "1", "2", "STOP"))
        assert ("{date}" in wording) == (word is None)
    assert "{place}" in wordings[0]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-25 22:59", "on Fri, Nov 27 at 10:30 AM"),
        ("2026-11-25 23:00", "tomorrow at 10:30 AM"),
        ("2026-11-26 22:59", "tomorrow at 10:30 AM"),
        ("2026-11-26 23:00", "today at 10:30 AM"),
    ],
)
def test_the_day_is_named_by_the_visits_clock_to_the_minute(now: str, said: str) -> None:
    text = sms(now=instant(now), patient_zone=WARSAW)

    assert said in text


@pytest.mark.parametrize(
    ("start", "now", "said"),
    [
        # Both midnights around the night in which Warsaw's clock goes from 2 to 3, and from 3 to 2.
        ("2026-03-29 08:00", "2026-03-28 22:59", "tomorrow at 10:00 AM"),
        ("2026-03-29 08:00", "2026-03-28 23:00", "today at 10:00 AM"),
        ("2026-03-30 08:00", "2026-03-29 21:59", "tomorrow at 10:00 AM"),
        ("2026-03-30 08:00", "2026-03-29 22:00", "today at 10:00 AM"),
        ("2026-10-25 09:00", "2026-10-24 21:59", "tomorrow at 10:00 AM"),
        ("2026-10-25 09:00", "2026-10-24 22:00", "today at 10:00 AM"),
        ("2026-10-26 09:00", "2026-10-25 22:59", "tomorrow at 10:00 AM"),
        ("2026-10-26 09:00", "2026-10-25 23:00", "today at 10:00 AM"),
    ],
)
def test_the_day_is_right_in_the_nights_in_which_the_clock_changes(start: str, now: str, said: str) -> None:
    text = sms(instant(start), now=instant(now))

    assert said in text


def test_a_time_that_the_clock_shows_twice_says_which_one_is_meant() -> None:
    earlier, later = sms(instant("2026-10-25 00:30")), sms(instant("2026-10-25 01:30"))

    assert "2:30 AM.\nLocal time: Warsaw (UTC+02:00)." in earlier
    assert "2:30 AM.\nLocal time: Warsaw (UTC+01:00)." in later


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Local time: Warsaw (UTC+01:00)."),
        ("pl", "Czas lokalny: Warszawa (UTC+01:00)."),
        ("de", "Ortszeit: Warschau (UTC+01:00)."),
        ("ar", "التوقيت المحلي: وارسو (UTC+01:00)."),
    ],
)
def test_a_patient_who_lives_by_another_clock_is_told_whose_time_it_is(language: str, line: str) -> None:
    far, near = (sms(language=language, patient_zone=zone) for zone in (NEW_YORK, ZoneInfo("Europe/Berlin")))

    assert line in far.split("\n")
    assert "UTC" not in near


def test_a_place_that_would_cost_another_part_is_left_out_whole() -> None:
    fits, too_long = "2nd floor, room 12", "Building C behind the old pharmacy, 2nd floor, room 12, next to the lift"

    assert f"Where: {fits}." in sms(place=fits)
    assert encoding.measure(sms(place=too_long)).parts == 1
    assert "Where" not in sms(place=too_long)


def test_letters_of_the_language_stay_even_if_that_costs_parts() -> None:
    text = sms(language="pl", clinic="Przychodnia Łąkowa", place="Wejście B")

    measured = encoding.measure(text)
    assert text.startswith("Przychodnia Łąkowa: wizyta jutro o 10:30.\nMiejsce: Wejście B.")
    assert (measured.encoding, measured.parts) == (Encoding.UCS_2, 2)
    assert measured.forced_by == ("Ł", "ą", "ś")


@given(clinic=one_line, place=one_line, language=st.sampled_from(LANGUAGES), hours=st.integers(1, 80))
def test_no_letter_of_the_clinic_is_lost_and_a_place_stands_whole_or_not_at_all(
    clinic: str, place: str, language: str, hours: int
) -> None:
    now = START - timedelta(hours=hours)

    text = sms(clinic=clinic, place=place, language=language, now=now)

    assert encoding.plain(clinic) in text
    assert encoding.plain(place) in text or text == sms(clinic=clinic, language=language, now=now)
    assert encoding.plain(text) == text
