"""Times as they are written: an offset decides, else a zone's clock, and nobody guesses at a time it doesn't show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.spoiling import parsed, texts
from visits_service.booking import times
from visits_service.reminders import wall_clock
from visits_service.reminders.wall_clock import MINUTE

WARSAW, NEW_YORK = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York")
LORD_HOWE, KATHMANDU = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")
zones = st.sampled_from([WARSAW, NEW_YORK, LORD_HOWE, KATHMANDU])
instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda count: datetime(2026, 1, 1, tzinfo=UTC) + count * MINUTE)

SKIPPED = [(WARSAW, "2027-03-28T02:00"), (WARSAW, "2027-03-28T02:59:59"), (NEW_YORK, "2027-03-14T02:30")]
TWICE_SAID = "expected the time with its offset"
TWICE = [
    (WARSAW, "2027-10-31T02:30", "+02:00 or +01:00"),
    (NEW_YORK, "2027-11-07T01:30", "-04:00 or -05:00"),
    (LORD_HOWE, "2027-04-04T01:45", "+11:00 or +10:30"),
]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-03-28T01:59", "2027-03-28T00:59"),
        ("2027-03-28T03:00", "2027-03-28T01:00"),
        ("2027-10-31T03:00", "2027-10-31T02:00"),
        ("2027-10-31T02:30+02:00", "2027-10-31T00:30"),
        ("2027-10-31T02:30+01:00", "2027-10-31T01:30"),
        ("2027-03-28T02:30+01:00", "2027-03-28T01:30"),
        (" 2027-01-15 10:00:59.999Z ", "2027-01-15T10:00:59"),
        ("2027-01-15t10:00:00z", "2027-01-15T10:00"),
    ],
)
def test_a_time_is_an_instant_by_its_offset_or_by_the_zones_clock(text: str, instant: str) -> None:
    assert times.instant(text, zone=WARSAW) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text"), SKIPPED)
def test_a_time_that_the_clock_skips_is_refused(zone: ZoneInfo, text: str) -> None:
    with pytest.raises(ValueError, match="a time that exists"):
        times.instant(text, zone=zone)


@pytest.mark.parametrize(("zone", "text", "offsets"), TWICE)
def test_a_time_that_comes_twice_is_asked_for_with_its_offset(zone: ZoneInfo, text: str, offsets: str) -> None:
    with pytest.raises(ValueError, match="offset") as refused:
        times.instant(text, zone=zone)

    assert offsets in str(refused.value)
    both = [times.instant(f"{text}{offset}", zone=zone) for offset in offsets.split(" or ")]
    assert both == sorted(set(both))


@pytest.mark.parametrize(
    "value",
    [
        *["", "2027-01-15", "10:00", "2027-01-15T10", "2027-1-15T10:00", "20270115T100000", "2027-W02-5T10:00"],
        *["2027-02-29T10:00", "2027-01-15T24:00", "2027-01-15T10:60", "2027-01-15T10:00+25:00", "1800000000"],
        *["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "٢٠٢٧-01-15T10:00", "2027-01-15T10:00\x00"],
        *[None, 1_800_000_000, True, ["2027-01-15T10:00"]],
    ],
)
def test_what_is_no_time_is_refused_with_an_example(value: Any) -> None:
    with pytest.raises(ValueError, match=r"2026-11-25T10:00"):
        times.instant(value, zone=WARSAW)


@given(instant=instants, zone=zones)
def test_every_instant_is_a_reading_of_its_own_face(instant: datetime, zone: ZoneInfo) -> None:
    face = instant.astimezone(zone).replace(tzinfo=None)

    readings = wall_clock.readings(face, zone=zone)

    assert instant in readings
    assert list(readings) == sorted(set(readings))
    assert {reading.astimezone(zone).replace(tzinfo=None) for reading in readings} == {face}


@given(instant=instants, zone=zones, offset=st.integers(-14 * 4, 14 * 4))
def test_an_instant_is_read_whatever_offset_it_is_written_with(instant: datetime, zone: ZoneInfo, offset: int) -> None:
    quarter = timedelta(minutes=15)
    hours, minutes = divmod(abs(offset) * quarter, timedelta(hours=1))
    face = (instant + offset * quarter).replace(tzinfo=None).isoformat()

    text = f"{face}{'-' if offset < 0 else '+'}{hours:02}:{minutes // MINUTE:02}"

    assert times.instant(text, zone=zone) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-01-15", "2027-01-14T23:00"),
        ("2027-03-28T02:30", "2027-03-28T01:00"),
        ("2027-10-31T02:30", "2027-10-31T00:30"),
        ("2027-01-15T10:00Z", "2027-01-15T10:00"),
    ],
)
def test_a_filter_begins_with_a_day_or_a_time_and_takes_the_first_of_two(text: str, instant: str) -> None:
    assert times.beginning(text, zone=WARSAW) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@given(text=texts | instants.map(datetime.isoformat) | st.from_regex(times.TIME, fullmatch=True), zone=zones)
@example(text="0001-01-01T00:00+14:00", zone=WARSAW)
@example(text="9999-12-31T23:59:59-14:00", zone=NEW_YORK)
@example(text="2027-01-15T10:00+99:99", zone=WARSAW)
def test_any_text_is_an_instant_in_utc_or_is_refused_with_a_sentence_that_does_not_quote_it(
    text: str, zone: ZoneInfo
) -> None:
    for read in (times.instant, times.beginning):
        found, why = parsed(partial(read, zone=zone), text)

        assert (found is None) == bool(why)
        assert found is None or found.utcoffset() == timedelta(0)
        assert not why or why.startswith(
            ("expected a date and a time", "expected a day", "expected a time", TWICE_SAID)
        )
