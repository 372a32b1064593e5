"""A whole plan: one answer per lead and channel, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.schedules import WARSAW, a_policy, an_appointment, local
from visits_service.reminders import schedule
from visits_service.reminders.schedule import Appointment, Reason
from visits_service.reminders.wall_clock import DAY


def test_a_visit_has_one_answer_per_lead_and_channel() -> None:
    visit = an_appointment("2026-06-10T07:00")
    now = datetime(2026, 6, 1, tzinfo=UTC)

    planned = schedule.plan(visit, policy=a_policy("24h,1d@18:00"), channels=["email", "sms"], now=now)

    assert [(str(each.lead), each.channel, local(each.at) if each.at else each.why) for each in planned] == [
        ("24h", "email", "2026-06-09T07:00+02:00"),
        ("1d@18:00", "email", "2026-06-09T18:00+02:00"),
        ("24h", "sms", "2026-06-09T08:00+02:00"),
        ("1d@18:00", "sms", "2026-06-09T18:00+02:00"),
    ]


def test_leads_that_fall_onto_one_instant_are_one_reminder() -> None:
    visit = an_appointment("2026-06-10T12:00")
    now = datetime(2026, 6, 9, 21, tzinfo=UTC)

    planned = schedule.plan(visit, policy=a_policy("7d,24h,2h"), channels=["email", "sms"], now=now)

    assert [(str(each.lead), each.channel, each.at, each.why) for each in planned] == [
        ("7d", "email", now, None),
        ("24h", "email", None, Reason.MERGED),
        ("2h", "email", datetime(2026, 6, 10, 8, tzinfo=UTC), None),
        ("7d", "sms", datetime(2026, 6, 10, 6, tzinfo=UTC), None),
        ("24h", "sms", None, Reason.MERGED),
        ("2h", "sms", datetime(2026, 6, 10, 8, tzinfo=UTC), None),
    ]


def test_a_start_without_its_offset_is_refused() -> None:
    visit = Appointment(datetime(2026, 6, 10, 12), WARSAW, WARSAW)  # noqa: DTZ001  # that is the point

    with pytest.raises(ValueError, match="expected an instant with its offset"):
        schedule.plan(visit, policy=a_policy("24h"), channels=["sms"], now=datetime(2026, 6, 1, tzinfo=UTC) + DAY)
