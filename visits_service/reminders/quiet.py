"""Quiet hours: the part of the day in which a patient is left alone, judged by the clock where the patient is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from visits_service.reminders import wall_clock
from visits_service.reminders.wall_clock import DAY, MINUTE

DAYS_AROUND = range(-2, 3)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start`, which is quiet, to `end`, which no longer is; past midnight where `end` is the smaller one.

    The clock's face decides: where the clock is set back over an end, the same face is quiet or not both times.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError(f"expected quiet hours that end at another time than they start, got {self}")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, instant: datetime, *, zone: ZoneInfo) -> bool:
        """Whether a clock in this zone shows a quiet time at that instant."""
        face = instant.astimezone(zone).time()
        if self.start < self.end:
            return self.start <= face < self.end
        return face >= self.start or face < self.end

    def begin(self, after: datetime, *, zone: ZoneInfo) -> datetime:
        """The first quiet instant from here on, in UTC; how long a message may still travel."""
        here = wall_clock.in_utc(after)
        faces = (each for each in (here, *self.turns(here, zone=zone)) if each >= here)
        return min(each for each in faces if self.covers(each, zone=zone))

    def turns(self, around: datetime, *, zone: ZoneInfo) -> Iterator[datetime]:
        """Every instant within two days of this one at which quiet hours could begin or end, in no order."""
        today = around.astimezone(zone).date()
        for days in DAYS_AROUND:
            for edge in (self.start, self.end):
                local = datetime.combine(today + days * DAY, edge, tzinfo=zone)
                yield local.astimezone(UTC)
                yield local.replace(fold=1).astimezone(UTC)
        change = wall_clock.clock_change(around - 2 * DAY, around + 2 * DAY, zone=zone)
        if change:
            yield change


def nearest(wish: datetime, *, first: datetime, last: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime | None:
    """The instant nearest to `wish`, from `first` to `last`, at which a patient in this zone may be written to.

    Before quiet hours that is the last whole minute: 20:59 where they start at 21:00. Of two that are
    equally near the earlier one, as it leaves more notice. None when all of the span is quiet.
    """
    wish = min(max(wish, first), last)
    if quiet is None or not quiet.covers(wish, zone=zone):
        return wish
    turns = list(quiet.turns(wish, zone=zone))
    candidates = [first, *turns, *(turn - MINUTE for turn in turns)]
    allowed = [each for each in candidates if first <= each <= last and not quiet.covers(each, zone=zone)]
    return min(allowed, key=lambda each: (abs(each - wish), each), default=None)
