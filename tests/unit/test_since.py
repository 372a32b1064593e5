"""How far back `--since` reaches."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from payments_service.replaying import since

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("7d", datetime(2026, 11, 18, 9, 0, tzinfo=UTC)),
        ("36h", datetime(2026, 11, 23, 21, 0, tzinfo=UTC)),
        ("0h", NOW),
        ("2026-11-20", datetime(2026, 11, 19, 23, 0, tzinfo=UTC)),  # midnight in Warsaw
    ],
)
def test_spans_go_back_from_now_and_days_begin_where_the_clinic_is(text: str, instant: datetime) -> None:
    found = since.instant(text, now=NOW, zone=WARSAW)

    assert found == instant


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7 d", "٧d", "99999d", "20.11.2026", "2026-02-30", "7days"])
def test_anything_else_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a span such as 7d or 36h, or a day such as 2026-11-20"):
        since.instant(text, now=NOW, zone=WARSAW)
