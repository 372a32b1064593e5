"""A day is the clinic's: from midnight to midnight by its clock, also where that clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_service.bookkeeping import days
from tests import spoiling
from tests.spoiling import parsed

WARSAW = ZoneInfo("Europe/Warsaw")
ZONES = ["Europe/Warsaw", "Africa/Cairo", "America/Havana", "Asia/Beirut", "Pacific/Auckland", "UTC"]


@pytest.mark.parametrize(
    ("zone", "day", "first", "hours"),
    [
        ("Europe/Warsaw", "2026-11-20", "2026-11-19 23:00", 24),
        ("Europe/Warsaw", "2026-03-29", "2026-03-28 23:00", 23),
        ("Europe/Warsaw", "2026-10-25", "2026-10-24 22:00", 25),
        ("Africa/Cairo", "2026-04-24", "2026-04-23 22:00", 23),  # whose midnight is skipped
        ("America/Havana", "2026-11-01", "2026-11-01 04:00", 25),  # whose midnight comes twice
    ],
)
def test_a_day_lasts_as_long_as_the_clinics_clock_says(zone: str, day: str, first: str, hours: int) -> None:
    begins, ends = days.span(date.fromisoformat(day), zone=ZoneInfo(zone))

    assert begins == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert ends - begins == timedelta(hours=hours)


@given(st.dates(date(2000, 1, 1), date(2037, 12, 31)), st.sampled_from(ZONES))
def test_days_follow_each_other_without_a_gap(day: date, zone: str) -> None:
    _, end = days.span(day, zone=ZoneInfo(zone))
    first, _ = days.span(day + days.DAY, zone=ZoneInfo(zone))

    assert end == first
    assert first.astimezone(ZoneInfo(zone)).date() == day + days.DAY


def test_a_day_has_a_name_by_the_clinics_calendar() -> None:
    late_evening_in_utc = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    named = [days.named(text, now=late_evening_in_utc, zone=WARSAW) for text in ("today", "yesterday", "2026-11-20")]

    assert named == [date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 20)]


def test_a_day_that_is_none_is_refused_with_what_is_expected() -> None:
    with pytest.raises(ValueError, match="expected today, yesterday or YYYY-MM-DD, got 'someday'"):
        days.named("someday", now=datetime(2026, 11, 24, tzinfo=UTC), zone=WARSAW)


@pytest.mark.parametrize(("hour", "newest"), [(5, "2026-11-22"), (6, "2026-11-23"), (22, "2026-11-23")])
def test_the_day_before_is_proven_from_seven_in_the_morning_on(hour: int, newest: str) -> None:
    now = datetime(2026, 11, 24, hour, tzinfo=UTC)  # Warsaw is an hour ahead

    assert days.newest_to_prove(now, zone=WARSAW) == date.fromisoformat(newest)


@given(
    text=spoiling.texts | st.dates().map(str) | st.from_regex(r"[0-9٠-٩]{4}-?W?[0-9]{1,2}-?[0-9]{0,2}", fullmatch=True)
)
@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_any_text_is_a_day_that_begins_and_ends_or_a_sentence(zone: str, text: str) -> None:
    now, clinic = datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo(zone)

    day, sentence = parsed(lambda said: days.named(said, now=now, zone=clinic), text)

    if day is None:
        assert "expected today, yesterday or YYYY-MM-DD" in sentence
    else:
        first, end = days.span(day, zone=clinic)
        assert first.astimezone(clinic).date() == day
        assert timedelta(hours=20) < end - first < timedelta(hours=28)
