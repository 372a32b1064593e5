"""How far back a person wants to look, as it is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from servicekit import lookback

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("36h", NOW - timedelta(hours=36)),
        ("2026-11-01", datetime(2026, 10, 31, 23, 0, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
    ],
)
def test_days_and_hours_go_back_and_a_day_begins_by_the_zones_clock(written: str, meant: datetime) -> None:
    assert lookback.instant(written, now=NOW, zone=WARSAW) == meant


@pytest.mark.parametrize("written", ["", "d", "7 d", "7w", "007d", "10000d", "٧d", "2026-11-26", "01.11.2026"])
def test_anything_else_is_refused_with_what_is_expected(written: str) -> None:
    with pytest.raises(ValueError, match="expected a span such as 7d"):
        lookback.instant(written, now=NOW, zone=WARSAW)
