"""The clock on the wall: times that are skipped or come twice, days of 23 and 25 hours, and what a day is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits_service.reminders import wall_clock
from visits_service.reminders.wall_clock import DAY, MINUTE, DayWord

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
NEW_YORK, KATHMANDU = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")
HAVANA, LORD_HOWE = ZoneInfo("America/Havana"), ZoneInfo("Australia/Lord_Howe")

zones = st.sampled_from([WARSAW, LONDON, NEW_YORK, KATHMANDU])
minutes = st.integers(0, 2 * 365 * 24 * 60)
locals_ = minutes.map(lambda count: datetime(2026, 1, 1) + count * MINUTE)  # noqa: DTZ001  # a face, in no zone yet
instants = minutes.map(lambda count: datetime(2026, 1, 1, tzinfo=UTC) + count * MINUTE)

SPRING = [
    (WARSAW, "2026-03-29T02:00", "2026-03-29T01:00Z"),
    (WARSAW, "2027-03-28T02:30", "2027-03-28T01:00Z"),
    (LONDON, "2026-03-29T01:15", "2026-03-29T01:00Z"),
    (LONDON, "2027-03-28T01:59", "2027-03-28T01:00Z"),
    (NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:00Z"),
    (NEW_YORK, "2027-03-14T02:01", "2027-03-14T07:00Z"),
    (LORD_HOWE, "2026-10-04T02:10", "2026-10-03T15:30Z"),
]
AUTUMN = [
    (WARSAW, "2026-10-25T02:30", "2026-10-25T00:30Z"),
    (WARSAW, "2027-10-31T02:00", "2027-10-31T00:00Z"),
    (LONDON, "2026-10-25T01:30", "2026-10-25T00:30Z"),
    (LONDON, "2027-10-31T01:59", "2027-10-31T00:59Z"),
    (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30Z"),
    (NEW_YORK, "2027-11-07T01:00", "2027-11-07T05:00Z"),
    (LORD_HOWE, "2026-04-05T01:40", "2026-04-04T14:40Z"),
]
LONG_AND_SHORT_DAYS = [
    (WARSAW, date(2026, 3, 29), 23),
    (WARSAW, date(2026, 10, 25), 25),
    (WARSAW, date(2027, 3, 28), 23),
    (WARSAW, date(2027, 10, 31), 25),
    (LONDON, date(2026, 3, 29), 23),
    (LONDON, date(2026, 10, 25), 25),
    (NEW_YORK, date(2026, 3, 8), 23),
    (NEW_YORK, date(2026, 11, 1), 25),
    (NEW_YORK, date(2027, 3, 14), 23),
    (NEW_YORK, date(2027, 11, 7), 25),
    (KATHMANDU, date(2026, 3, 29), 24),
    (HAVANA, date(2026, 3, 8), 23),
    (HAVANA, date(2026, 11, 1), 25),
]


def face(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows, as a naive local time."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


# --- Local times


@pytest.mark.parametrize(("zone", "skipped", "instant"), SPRING)
def test_a_local_time_that_is_skipped_becomes_the_first_instant_after_the_gap(
    zone: ZoneInfo, skipped: str, instant: str
) -> None:
    local = datetime.fromisoformat(skipped)

    found = wall_clock.instant_of(local, zone=zone)

    assert found == datetime.fromisoformat(instant)


@pytest.mark.parametrize(("zone", "repeated", "instant"), AUTUMN)
def test_of_a_local_time_that_comes_twice_the_earlier_one_is_meant(zone: ZoneInfo, repeated: str, instant: str) -> None:
    local = datetime.fromisoformat(repeated)

    found = wall_clock.instant_of(local, zone=zone)

    assert found == datetime.fromisoformat(instant)


@given(local=locals_, zone=zones)
def test_the_clock_shows_the_time_that_was_asked_for_or_its_first_one_after_the_gap(
    local: datetime, zone: ZoneInfo
) -> None:
    found = wall_clock.instant_of(local, zone=zone)

    assert face(found, zone) >= local
    assert face(found, zone) == local or face(found - MINUTE, zone) < local
    assert found.tzinfo is UTC


@given(start=instants, zone=zones, days=st.integers(1, 40))
def test_days_before_keep_the_time_of_day_except_where_it_is_skipped(
    start: datetime, zone: ZoneInfo, days: int
) -> None:
    wanted = face(start, zone) - days * DAY

    earlier = wall_clock.days_before(start, days, at=None, zone=zone)

    shown = face(earlier, zone)
    assert shown == wanted or face(earlier - MINUTE, zone) < wanted < shown
    assert abs((start - earlier) - days * DAY) <= timedelta(hours=1)


@given(
    start=instants, zone=zones, days=st.integers(1, 40), at=st.times().map(lambda t: t.replace(second=0, microsecond=0))
)
def test_a_time_of_day_is_the_one_on_that_day(start: datetime, zone: ZoneInfo, days: int, at: time) -> None:
    asked = datetime.combine(face(start, zone).date() - days * DAY, at)

    earlier = wall_clock.days_before(start, days, at=at, zone=zone)

    assert earlier == wall_clock.instant_of(asked, zone=zone)


# --- Days


@pytest.mark.parametrize(("zone", "wanted", "hours"), LONG_AND_SHORT_DAYS)
def test_tomorrow_has_23_or_25_hours_where_the_clock_changes(zone: ZoneInfo, wanted: date, hours: int) -> None:
    now = datetime.combine(wanted - DAY, time(23, 59), tzinfo=zone)

    first, end = wall_clock.tomorrow(now, clinic=zone)

    assert end - first == timedelta(hours=hours)
    assert {face(first, zone).date(), face(end - MINUTE, zone).date()} == {wanted}


@given(now=instants, zone=zones)
def test_tomorrow_begins_where_the_clinics_day_ends(now: datetime, zone: ZoneInfo) -> None:
    today = wall_clock.day(face(now, zone).date(), zone=zone)

    first, end = wall_clock.tomorrow(now, clinic=zone)

    assert today[0] <= now < today[1] == first < end
    assert wall_clock.tomorrow(first, clinic=zone)[0] == end


def test_tomorrow_is_the_clinics_and_not_that_of_utc() -> None:
    now = datetime(2026, 6, 1, 20, tzinfo=UTC)

    first, _ = wall_clock.tomorrow(now, clinic=KATHMANDU)

    assert first == datetime(2026, 6, 2, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent_at", "word"),
    [
        ("2026-10-24T00:00+02:00", DayWord.TOMORROW),
        ("2026-10-24T23:59+02:00", DayWord.TOMORROW),
        ("2026-10-25T00:00+02:00", DayWord.TODAY),
        ("2026-10-25T23:29+01:00", DayWord.TODAY),
        ("2026-10-23T23:59+02:00", date(2026, 10, 25)),
        ("2026-10-26T00:00+01:00", date(2026, 10, 25)),
    ],
)
def test_the_day_of_a_visit_is_called_by_the_visits_clock_when_the_text_is_sent(sent_at: str, word: object) -> None:
    late_in_the_evening = datetime(2026, 10, 25, 23, 30, tzinfo=WARSAW)

    called = wall_clock.day_word(datetime.fromisoformat(sent_at), start=late_in_the_evening, zone=WARSAW)

    assert called == word


def test_24_hours_before_a_late_visit_it_is_still_today_on_the_night_of_25_hours() -> None:
    start = datetime(2026, 10, 25, 23, 30, tzinfo=WARSAW).astimezone(UTC)

    called = wall_clock.day_word(start - timedelta(hours=24), start=start, zone=WARSAW)

    assert called == DayWord.TODAY


@given(sent_at=instants, ahead=st.integers(0, 4 * 24 * 60), zone=zones)
def test_a_word_always_names_the_visits_own_date(sent_at: datetime, ahead: int, zone: ZoneInfo) -> None:
    start = sent_at + ahead * MINUTE

    called = wall_clock.day_word(sent_at, start=start, zone=zone)

    ahead_of = {DayWord.TODAY: 0, DayWord.TOMORROW: 1}
    named = called if not isinstance(called, DayWord) else face(sent_at, zone).date() + ahead_of[called] * DAY
    assert named == face(start, zone).date()


# --- Instants


def test_an_instant_without_its_offset_is_refused_since_the_servers_clock_would_be_read_into_it() -> None:
    naive = datetime(2026, 6, 1, 10)  # noqa: DTZ001  # that is the point

    with pytest.raises(ValueError, match="expected an instant with its offset, got 2026-06-01T10:00:00"):
        wall_clock.tomorrow(naive, clinic=WARSAW)


@given(low=instants, hours=st.integers(0, 24 * 7), zone=zones)
def test_the_change_of_a_clock_is_found_to_the_minute(low: datetime, hours: int, zone: ZoneInfo) -> None:
    high = low + timedelta(hours=hours)

    change = wall_clock.clock_change(low, high, zone=zone)

    offset = low.astimezone(zone).utcoffset()
    if change is None:
        assert high.astimezone(zone).utcoffset() == offset
    else:
        assert low < change <= high
        assert (change - MINUTE).astimezone(zone).utcoffset() == offset
        assert change.astimezone(zone).utcoffset() != offset


def test_a_change_at_the_very_end_of_the_span_is_found() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)

    found = wall_clock.clock_change(change - MINUTE, change, zone=WARSAW)

    assert found == change
