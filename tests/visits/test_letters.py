"""The email about a visit, read back in each language: what it says, where it leads, and that it says nothing else."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from servicekit.pages import colours
from tests.visits.builders import a_patient, a_visit, instant
from tests.visits.reading import Page, event_of, the_email
from visits_service.reminders import clinic, letters, links, when, words
from visits_service.reminders.letters import Told
from visits_service.reminders.phrases import Kind
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db

START = instant("2026-11-27 09:30")
DAY = timedelta(days=1)
BOOKED_AT = START - 20 * DAY
LANGUAGES = words.CATALOGUE.languages()
ADDRESS = re.compile(r"https://\S+")


def a_visit_in(language: str = "en", *, name: str = "Ada Nowak", timezone: str = "", **about: Any) -> Visit:
    """A visit in Warsaw on a Friday at half past ten, with all that a letter can tell."""
    facts: dict[str, Any] = {
        "starts_at": START,
        "place": "2nd floor, room 12",
        "practitioner": "Dr Jan Kowalski",
    } | about
    return a_visit(patient=a_patient(locale=language, name=name, timezone=timezone), at=BOOKED_AT, **facts)


def told(*, name: str, place: str, practitioner: str) -> Told:
    """What a letter tells, without a database."""
    address = "https://visits.clinic.example/v/token"
    return Told(
        name=name,
        when=when.When(None, "Friday", "Fri", "10:30", ""),
        place=place,
        practitioner=practitioner,
        links=links.Links(address, address, address, address, address),
    )


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "later"),
    [
        (
            "en",
            "Today at 10:30\u202fAM: your visit at Clinic Example",
            "Tomorrow at 10:30\u202fAM: your visit at Clinic Example",
            "Fri, Nov 27 at 10:30\u202fAM: your visit at Clinic Example",
        ),
        (
            "pl",
            "Dzisiaj o 10:30: wizyta – Clinic Example",
            "Jutro o 10:30: wizyta – Clinic Example",
            "pt., 27 lis, godz. 10:30: wizyta – Clinic Example",
        ),
        (
            "de-AT",
            "Heute um 10:30 Uhr: Ihr Termin – Clinic Example",
            "Morgen um 10:30 Uhr: Ihr Termin – Clinic Example",
            "Fr., 27. Nov., 10:30 Uhr: Ihr Termin – Clinic Example",
        ),
        (
            "ar",
            "اليوم الساعة 10:30 ص: موعدك في Clinic Example",
            "غدًا الساعة 10:30 ص: موعدك في Clinic Example",
            "الجمعة، 27 نوفمبر الساعة 10:30 ص: موعدك في Clinic Example",
        ),
    ],
)
def test_the_subject_says_day_and_time_by_the_visits_clock(
    language: str, today: str, tomorrow: str, later: str
) -> None:
    visit = a_visit_in(language)

    subjects = {
        now: the_email(visit, now=instant(now)).subject
        for now in ("2026-11-26 23:00", "2026-11-26 22:59", "2026-11-25 23:00", "2026-11-25 22:59")
    }

    assert list(subjects.values()) == [today, tomorrow, tomorrow, later]


@pytest.mark.parametrize(
    ("language", "direction", "said"),
    [
        (
            "en",
            "ltr",
            [
                "Dear Ada Nowak,",
                "we look forward to seeing you tomorrow at 10:30\u202fAM.",
                "Day: Friday, November 27, 2026",
                "Time: 10:30\u202fAM",
                "Place: 2nd floor, room 12",
                "With: Dr Jan Kowalski",
            ],
        ),
        (
            "pl",
            "ltr",
            [
                "Dzień dobry, Ada Nowak,",
                "przypominamy o wizycie jutro o 10:30. Do zobaczenia!",
                "Dzień: piątek, 27 listopada 2026",
                "Godzina: 10:30",
                "Miejsce: 2nd floor, room 12",
                "Specjalista: Dr Jan Kowalski",
            ],
        ),
        (
            "de",
            "ltr",
            [
                "Guten Tag, Ada Nowak,",
                "wir freuen uns, Sie morgen um 10:30 Uhr zu sehen.",
                "Tag: Freitag, 27. November 2026",
                "Uhrzeit: 10:30 Uhr",
                "Ort: 2nd floor, room 12",
                "Bei: Dr Jan Kowalski",
            ],
        ),
        (
            "ar",
            "rtl",
            [
                "مرحبًا Ada Nowak،",
                "نتطلع إلى رؤيتك غدًا الساعة 10:30 ص.",
                "التاريخ: الجمعة، 27 نوفمبر 2026",
                "الوقت: 10:30 ص",
                "المكان: 2nd floor, room 12",
                "مع: Dr Jan Kowalski",
            ],
        ),
    ],
)
def test_text_and_html_say_the_same_in_the_patients_language(language: str, direction: str, said: list[str]) -> None:
    email = the_email(a_visit_in(language), now=START - DAY)

    page = Page(email.html)
    (root,) = page.all_of("html")
    assert email.language == language
    assert (root["lang"], root["dir"]) == (language, direction)
    assert [line for line in said if line not in email.text.split("\n")] == []
    assert [part for line in said for part in line.split(": ") if part not in page.text] == []
    assert [line for line in ("Clinic Example", "Long Street 1", "00-001 Warsaw") if line not in page.text] == []


def test_every_link_is_in_both_and_leads_to_the_visit_or_to_its_patient() -> None:
    visit = a_visit_in()

    email = the_email(visit, now=START - DAY)

    in_text, in_html = ADDRESS.findall(email.text), [a["href"] for a in Page(email.html).all_of("a")]
    assert in_text == in_html
    tokens = [(address.split("/")[3], address.split("/")[4]) for address in in_text]
    assert [links.reference_of(token, kind=links.VISIT) for page, token in tokens if page == "v"] == [
        visit.reference
    ] * 3
    assert [links.reference_of(token, kind=links.PATIENT) for page, token in tokens if page == "p"] == [
        visit.patient.reference
    ] * 2
    assert all("Nowak" not in address and "ada@" not in address for address in in_text)


def test_each_link_opens_the_page_that_it_promises() -> None:
    visit = a_visit_in()

    found = links.of(visit)

    opened = [resolve(urlsplit(address).path) for address in dataclasses.astuple(found)]
    assert [match.view_name.removeprefix("reminders:") for match in opened] == [
        "visit_page",
        "visit_confirm",
        "visit_change",
        "preferences",
        "stop_email",
    ]
    assert {match.kwargs["token"].split(":")[0] for match in opened} == {visit.reference, visit.patient.reference}


def test_who_has_confirmed_is_not_asked_again() -> None:
    visit = a_visit_in()
    Visit.objects.update(status=Visit.Status.CONFIRMED)

    email = the_email(visit, now=START - DAY)

    assert "confirm" not in email.text + email.html
    assert 0 < email.text.index("See the visit:") < email.text.index("Another time, or cancel:")


def test_a_patient_who_lives_by_another_clock_is_told_whose_time_it_is() -> None:
    far = the_email(a_visit_in(timezone="America/New_York"), now=START - DAY)
    near = the_email(a_visit_in(timezone="Europe/Berlin"), now=START - DAY)

    assert "Time: 10:30\u202fAM, Warsaw (UTC+01:00)\n" in far.text
    assert "Warsaw (UTC+01:00)" in Page(far.html).text
    assert "Time: 10:30\u202fAM\n" in near.text


def test_without_a_place_it_is_at_the_clinics_address() -> None:
    email = the_email(a_visit_in(place="", practitioner=""), now=START - DAY)

    assert "Place: Long Street 1, 00-001 Warsaw\n" in email.text
    assert "With:" not in email.text


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x>",
        "<script>alert(1)</script>",
        "&lt;b&gt; & 'Ada' \"Nowak\"",
        "{clinic} {{ clinic.phone }} {% now 'Y' %} {0}",
        "\u202egnirtS",
    ],
)
def test_a_name_that_looks_like_code_is_printed_exactly_so(name: str) -> None:
    harmless = Page(the_email(a_visit_in(), now=START - DAY).html)

    email = the_email(a_visit_in(name=name, place=name, practitioner=name), now=START - DAY)

    page = Page(email.html)
    assert f"Dear {name}," in email.text
    assert page.text.count(name) == 3
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in harmless.tags]
    assert str(event_of(email)["LOCATION"]) == name


def test_line_breaks_in_a_name_begin_no_header_and_no_line() -> None:
    visit = a_visit_in(name="Ada\r\nBcc: all@else.example", place="Room 3\nat the back")

    email = the_email(visit, now=START - DAY)

    assert email.to_name == "Ada Bcc: all@else.example"
    assert "Place: Room 3 at the back\n" in email.text


one_line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=100).filter(str.strip)


@given(name=one_line, place=one_line, practitioner=one_line, language=st.sampled_from(LANGUAGES))
def test_no_letter_of_a_name_or_a_place_is_lost(name: str, place: str, practitioner: str, language: str) -> None:
    facts = told(name=name, place=place, practitioner=practitioner)

    letter = letters.letter(Kind.REMINDER, facts, clinic=clinic.profile(), said=words.of(language))

    page = Page(letter.html)
    for value in (name, place, practitioner):
        assert value in letter.text
        assert value in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(language: str) -> None:
    page = Page(the_email(a_visit_in(language), now=START - DAY).html)

    assert {table["role"] for table in page.all_of("table")} == {"presentation"}
    assert len(page.all_of("title")) == 1
    assert page.all_of("img") == []
    assert all(link["href"] for link in page.all_of("a"))


@pytest.mark.parametrize("colour", ["#0f766e", "#ffee00", "#ffffff", "#000000", "#ff6f61", "#7fb3d5"])
def test_text_in_the_clinics_colour_can_be_read(settings: Settings, colour: str) -> None:
    settings.CLINIC_COLOUR = colour

    page = Page(the_email(a_visit_in(), now=START - DAY).html)

    inks = {found for a in page.all_of("a") for found in re.findall(r"[; ]color:(#\w+)", f"; {a['style']}")}
    (paint,) = {found for a in page.all_of("a") for found in re.findall(r"background:(#\w+)", str(a["style"]))}
    assert all(colours.contrast(ink, letters.PAPER) >= 4.5 for ink in inks - {letters.PAPER})
    assert colours.contrast(letters.PAPER, paint) >= 4.5


def test_a_clinics_colour_that_can_be_read_is_left_as_it_is() -> None:
    assert colours.readable("#0f766e", on=letters.PAPER) == "#0f766e"


@pytest.mark.parametrize(
    ("wanted", "subject"),
    [
        ("", "Morgen um 10:30 Uhr: Ihr Termin – Clinic Example"),
        ("fr", "Tomorrow at 10:30\u202fAM: your visit at Clinic Example"),
        ("klingon", "Tomorrow at 10:30\u202fAM: your visit at Clinic Example"),
    ],
)
def test_an_unknown_language_is_the_clinics_and_one_that_we_do_not_speak_is_english(
    settings: Settings, wanted: str, subject: str
) -> None:
    settings.CLINIC_LOCALE = "de"

    email = the_email(a_visit_in(wanted), now=START - DAY)

    assert email.subject == subject
