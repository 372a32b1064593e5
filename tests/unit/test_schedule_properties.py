"""Whatever is asked: never at night, never too late, never in the past, and as near to the lead as can be."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.schedules import MINUTES_PER_DAY, Case, any_leads, appointments, cases, elapsed, starts, windows, zones
from visits_service.reminders import policy, schedule
from visits_service.reminders.policy import DaysBefore, Lead, Policy
from visits_service.reminders.quiet import Quiet
from visits_service.reminders.schedule import Appointment, Reason
from visits_service.reminders.wall_clock import MINUTE


@given(case=cases(), seconds=st.integers(0, 59), late=st.integers(0, 59))
def test_no_reminder_is_in_the_past_or_in_quiet_hours_or_leaves_less_than_the_notice(
    case: Case, seconds: int, late: int
) -> None:
    visit = dataclasses.replace(case.visit, start=case.visit.start + timedelta(seconds=late))
    case = dataclasses.replace(case, visit=visit, now=case.now + timedelta(seconds=seconds))

    answer = case.answer()

    assert isinstance(answer, Reason) or case.allowed(answer)
    assert isinstance(answer, Reason) or answer < visit.start


@given(case=cases())
@settings(deadline=None)
def test_no_allowed_minute_is_nearer_to_the_wish_and_none_exists_where_there_is_no_reminder(case: Case) -> None:
    span = range((case.visit.start - case.notice - case.now) // MINUTE + 1)
    by_nearness = sorted((case.now + minute * MINUTE for minute in span), key=lambda each: abs(each - case.wish()))

    answer = case.answer()

    nearest = next((each for each in by_nearness if case.allowed(each)), None)
    assert answer == nearest or (nearest is None and isinstance(answer, Reason))


@given(case=cases(), share=st.floats(0, 1))
def test_asked_again_up_to_the_moment_of_sending_the_answer_stays(case: Case, share: float) -> None:
    answer = case.answer()
    assume(isinstance(answer, datetime))
    assert isinstance(answer, datetime)

    again = dataclasses.replace(case, now=case.now + (answer - case.now) * share).answer()

    assert again == answer


@given(case=cases(leads=elapsed), later=st.integers(0, 2 * MINUTES_PER_DAY))
def test_a_later_visit_is_never_reminded_of_earlier(case: Case, later: int) -> None:
    visit = dataclasses.replace(case.visit, start=case.visit.start + later * MINUTE)

    answers = [case.answer(), dataclasses.replace(case, visit=visit).answer()]

    instants = [answer for answer in answers if isinstance(answer, datetime)]
    assert instants == sorted(instants)


@given(case=cases(), moved=st.integers(-2 * MINUTES_PER_DAY, 2 * MINUTES_PER_DAY), shift=st.integers(0, 90))
def test_a_moved_visit_moves_its_reminder_by_as_much_where_no_night_and_no_clock_comes_between(
    case: Case, moved: int, shift: int
) -> None:
    if isinstance(case.lead, DaysBefore) and case.lead.at is not None:
        moved -= moved % MINUTES_PER_DAY
    in_summer = datetime(2026, 5, 1, 10, case.visit.start.minute, tzinfo=UTC) + timedelta(days=shift, hours=shift % 24)
    case = case.asked_long_before(in_summer)
    other = case.asked_long_before(in_summer + moved * MINUTE)

    answers = [case.answer(), other.answer()]

    wishes = [case.wish(), other.wish()]
    assert wishes[1] - wishes[0] == moved * MINUTE
    for answer, wish, each in zip(answers, wishes, [case, other], strict=True):
        assert (answer == wish) == each.allowed(wish)


@given(around=starts, window=windows, zone=zones)
def test_a_message_may_travel_until_the_first_quiet_minute(around: datetime, window: Quiet, zone: ZoneInfo) -> None:
    minutes = (around + distance * MINUTE for distance in range(3 * MINUTES_PER_DAY))
    quiet = (each for each in minutes if window.covers(each, zone=zone))

    begin = window.begin(around, zone=zone)

    assert begin == next(quiet)


@given(case=cases())
def test_after_an_outage_a_reminder_is_useful_exactly_as_long_as_it_leaves_the_notice(case: Case) -> None:
    useful = schedule.still_useful(case.now, start=case.visit.start, notice=case.notice)

    assert useful == (case.visit.start - case.now >= case.notice)


@given(
    visit=appointments,
    some=st.lists(any_leads, min_size=1, max_size=4, unique=True),
    ahead=st.integers(-30, 5 * MINUTES_PER_DAY),
)
def test_a_plan_says_for_every_lead_when_or_why_not_and_nothing_twice(
    visit: Appointment, some: list[Lead], ahead: int
) -> None:
    rules = Policy(leads=tuple(some), quiet=policy.DEFAULT_QUIET, notice=MINUTE)
    now = visit.start - ahead * MINUTE

    planned = schedule.plan(visit, policy=rules, channels=policy.CHANNELS, now=now)

    sent = [(each.channel, each.at) for each in planned if each.at]
    assert [(each.channel, each.lead) for each in planned] == [
        (name, lead) for name in policy.CHANNELS for lead in some
    ]
    assert all((each.at is None) != (each.why is None) for each in planned)
    assert len(sent) == len(set(sent))
    merged = {each.channel for each in planned if each.why is Reason.MERGED}
    assert merged <= {channel for channel, _ in sent}
