"""The clinic's rules for reminders, read from the texts in which staff write them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits_service.reminders import policy
from visits_service.reminders.policy import DaysBefore, Elapsed, Lead
from visits_service.reminders.quiet import Quiet

A_YEAR_IN_MINUTES = 365 * 24 * 60
NO_LEADS = [
    *["", "24", "h", "24 h", "24H", "-1h", "1.5h", "0h", "0m", "0d", "0d@10:00", "366d", "8761h", "525601m", "1h30m"],
    *["1d@", "1d@10", "1d@24:00", "1d@10:60", "1d@9:00", "1d@10:00:00", "1w", "24h\n", "٢٤h", "10:00", "none"],
]
A_LEAD = "expected a lead such as 24h, 90m, 2d or 1d@10:00, up to 365 days"

faces = st.times().map(lambda face: face.replace(second=0, microsecond=0))
elapsed = st.integers(1, A_YEAR_IN_MINUTES).map(lambda minutes: Elapsed(timedelta(minutes=minutes)))
days = st.builds(DaysBefore, st.integers(1, 365), st.none() | faces)
leads: st.SearchStrategy[Lead] = elapsed | days
windows = st.tuples(faces, faces).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Quiet(*pair))


def lead_or_complaint(text: str) -> Lead | str:
    """The lead that a text is, or what is said about it."""
    try:
        return policy.parse_lead(text)
    except ValueError as refused:
        return str(refused)


# --- Leads


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("24h", Elapsed(timedelta(hours=24))),
        ("90m", Elapsed(timedelta(minutes=90))),
        ("2d", DaysBefore(2)),
        ("1d@10:00", DaysBefore(1, time(10))),
        ("1d@00:00", DaysBefore(1, time(0))),
    ],
)
def test_a_lead_is_elapsed_time_or_days_by_the_calendar(text: str, lead: Lead) -> None:
    assert policy.parse_lead(text) == lead
    assert str(lead) == text


@given(lead=leads)
def test_a_lead_that_is_written_is_the_same_one_when_it_is_read(lead: Lead) -> None:
    assert policy.parse_lead(str(lead)) == lead


@given(some=st.lists(leads, min_size=1, max_size=5, unique=True))
def test_several_leads_keep_their_order(some: list[Lead]) -> None:
    text = " , ".join(map(str, some))

    read = policy.parse_leads(text)

    assert read == tuple(some)


@pytest.mark.parametrize("text", NO_LEADS)
def test_what_is_no_lead_is_refused_with_a_sentence_that_shows_some(text: str) -> None:
    assert lead_or_complaint(text) == f"{A_LEAD}, got {text!r}"


@given(text=st.text(max_size=12) | st.from_regex(r"[0-9]{0,7}[hmd@:,-]{0,3}[0-9:]{0,6}", fullmatch=True))
def test_any_text_is_a_lead_or_refused_with_the_same_sentence(text: str) -> None:
    lead = lead_or_complaint(text)

    assert lead == (f"{A_LEAD}, got {text!r}" if isinstance(lead, str) else policy.parse_lead(str(lead)))


@pytest.mark.parametrize(
    ("text", "twice"), [("24h,24h", "24h"), ("2h, 1d, 120m", "2h"), ("1d@10:00,1d@10:00", "1d@10:00")]
)
def test_a_lead_that_is_written_twice_is_refused_even_in_other_units(text: str, twice: str) -> None:
    with pytest.raises(ValueError, match="expected each lead once") as refused:
        policy.parse_leads(text)

    assert str(refused.value) == f"expected each lead once, got {twice} twice in {text!r}"


@pytest.mark.parametrize("text", ["", "24h,", ",24h", "24h,,2h"])
def test_a_list_of_leads_has_no_empty_places(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a lead such as 24h.*, got ''"):
        policy.parse_leads(text)


# --- Quiet hours


@given(window=windows)
def test_quiet_hours_that_are_written_are_the_same_ones_when_they_are_read(window: Quiet) -> None:
    assert policy.parse_window(str(window)) == window


@given(email=windows | st.none(), sms=windows | st.none())
def test_every_channel_has_quiet_hours_of_its_own(email: Quiet | None, sms: Quiet | None) -> None:
    text = policy.quiet_text({"sms": sms, "email": email})

    read = policy.parse_quiet_hours(text)

    assert read == {"email": email, "sms": sms}


@pytest.mark.parametrize(
    ("text", "written_out"),
    [
        ("21:00-08:00", "email=none,sms=21:00-08:00"),
        ("13:00-14:30", "email=none,sms=13:00-14:30"),
        ("none", "email=none,sms=none"),
        ("", "email=none,sms=none"),
        ("  ", "email=none,sms=none"),
        ("email=22:00-07:00", "email=22:00-07:00,sms=21:00-08:00"),
        ("sms = none , email = 22:00-07:00", "email=22:00-07:00,sms=none"),
        ("20:00-09:00,email=22:00-07:00", "email=22:00-07:00,sms=20:00-09:00"),
    ],
)
def test_hours_without_a_channel_are_for_sms_and_a_channel_without_hours_keeps_its_default(
    text: str, written_out: str
) -> None:
    read = policy.parse_quiet_hours(text)

    assert policy.quiet_text(read) == written_out


@pytest.mark.parametrize(
    "window", ["21:00", "21-08", "21:00-24:00", "9:00-10:00", "21:00–08:00", "21:00 - 08:00", "None", "sms=", "email=,"]
)
def test_what_are_no_quiet_hours_is_refused_with_a_sentence_that_shows_some(window: str) -> None:
    with pytest.raises(ValueError, match="expected quiet hours such as 21:00-08:00, or none, got"):
        policy.parse_quiet_hours(window)


@pytest.mark.parametrize(
    "text", ["fax=21:00-08:00", "=21:00-08:00", "sms=none,sms=none", "21:00-08:00,sms=none", "a=b=c"]
)
def test_a_channel_that_is_unknown_or_named_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected quiet hours once per channel") as refused:
        policy.parse_quiet_hours(text)

    assert str(refused.value) == f"expected quiet hours once per channel (email, sms), got {text!r}"


def test_quiet_hours_that_start_when_they_end_are_refused_since_they_could_mean_all_day_or_never() -> None:
    with pytest.raises(
        ValueError, match="expected quiet hours that end at another time than they start, got 08:00-08:00"
    ):
        policy.parse_window("08:00-08:00")


# --- Notice and the whole


@pytest.mark.parametrize(("text", "minutes"), [("2h", 120), ("90m", 90), (" 1m ", 1)])
def test_a_notice_is_hours_or_minutes(text: str, minutes: int) -> None:
    assert policy.parse_notice(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0m", "2", "1d", "2h,3h", "-2h"])
def test_what_is_no_notice_is_refused_with_a_sentence_that_shows_some(text: str) -> None:
    with pytest.raises(ValueError, match="expected a notice") as refused:
        policy.parse_notice(text)

    assert str(refused.value) == f"expected a notice in hours or minutes such as 2h or 90m, got {text!r}"


def test_the_rules_are_read_from_three_texts() -> None:
    rules = policy.parse_policy(leads="24h,1d@10:00", quiet_hours="21:00-08:00", notice="2h")

    assert rules.leads == (Elapsed(timedelta(days=1)), DaysBefore(1, time(10)))
    assert rules.quiet == {"email": None, "sms": Quiet(time(21), time(8))}
    assert rules.notice == timedelta(hours=2)


def test_a_lead_that_is_shorter_than_the_notice_is_refused_since_it_could_never_be_kept() -> None:
    with pytest.raises(ValueError, match="expected leads of at least the notice of 2h, got 90m"):
        policy.parse_policy(leads="24h,90m", quiet_hours="none", notice="2h")
