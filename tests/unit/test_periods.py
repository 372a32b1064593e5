"""How long something is kept, as a setting says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import periods
from tests.spoiling import parsed, texts

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@given(number=st.integers(1, 999), unit=st.sampled_from("dy"))
def test_a_period_is_days_or_the_longest_years_there_are(number: int, unit: str) -> None:
    assert periods.parse(f"{number}{unit}") == timedelta(days=number * periods.DAYS[unit])


@given(text=texts | st.from_regex(r" ?[0-9٠-٩]{1,8}[dywm] ?", fullmatch=True))
def test_any_text_is_a_period_that_has_a_beginning_or_refused_with_an_example(text: str) -> None:
    period, sentence = parsed(periods.parse, text)

    assert "10" in sentence or NOW - period < NOW
    assert len(text) < 8 or text not in sentence


@pytest.mark.parametrize("text", ["1001y", "9999y", "400000d", "999999d"])
def test_a_period_that_began_before_the_calendar_is_refused(text: str) -> None:
    assert parsed(periods.parse, text) == (None, "expects at most 1000 years, such as 100y")
