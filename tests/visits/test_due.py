"""What is due is checked against the visit as it is by now, and goes out once, or says why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from notifications.models import Message
from tests.visits.builders import WARSAW, a_patient, a_visit, instant, next_noon, reminders_of
from tests.visits.reminding import many_visits, recipients, rules, scan, states
from visits_service.booking import services as booking
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
State = Reminder.State
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STARTS = next_noon(days=7)
DUE = STARTS - DAY


def test_what_is_due_becomes_a_message_on_each_channel() -> None:
    visit = a_visit(starts_at=STARTS)

    scanned = scan(DUE)

    rows = reminders_of(visit)
    assert scanned == {State.QUEUED: 2}
    assert recipients() == ["+48601000001", "ada@patient.example"]
    assert {row.message.about for row in rows.values() if row.message} == {visit.reference}
    assert {row.due_at for row in rows.values()} == {None}


def test_before_its_minute_nothing_is_sent() -> None:
    a_visit(starts_at=STARTS)

    scanned = scan(DUE - SECOND)

    assert scanned.total() == 0
    assert not Message.objects.exists()


def test_a_scan_run_a_hundred_times_sends_each_reminder_once() -> None:
    many_visits(5, starts_at=STARTS)

    for number in range(100):
        scan(DUE + number * MINUTE, most=3)

    assert Message.objects.count() == 10
    assert {state for _, state, _ in states()} == {State.QUEUED}


def test_a_visit_moved_one_second_before_its_reminder_is_reminded_of_at_its_new_time_only() -> None:
    visit = a_visit(starts_at=STARTS)

    a_visit(starts_at=STARTS + 2 * DAY, at=DUE - SECOND)
    scan(DUE)
    early = recipients()
    scan(DUE + 2 * DAY)

    assert early == []
    assert {state for _, state, _ in states(visit_version=1)} == {State.VOID}
    assert {row.state for row in reminders_of(visit).values()} == {State.QUEUED}
    assert Message.objects.count() == 2


def test_a_visit_cancelled_one_second_before_its_reminder_is_not_reminded_of() -> None:
    a_visit(starts_at=STARTS)

    booking.cancel("visit-1", at=DUE - SECOND)
    scan(DUE)

    assert recipients() == []
    assert {state for _, state, _ in states()} == {State.VOID}


@pytest.mark.parametrize("changes", [{"version": 2}, {"status": Visit.Status.CANCELLED}, {"status": Visit.Status.DONE}])
def test_a_reminder_that_speaks_of_what_is_not_so_any_more_is_void(changes: dict[str, object]) -> None:
    visit = a_visit(starts_at=STARTS)
    Visit.objects.filter(pk=visit.pk).update(**changes)

    scan(DUE)

    assert recipients() == []
    assert states() == [("email", State.VOID, ""), ("sms", State.VOID, "")]


def test_who_has_opted_out_meanwhile_is_not_written_to() -> None:
    a_visit(starts_at=STARTS)
    consent.stop("sms", source=consent.Source.WORD, address="+48601000001", at=DUE - HOUR)

    scan(DUE)

    assert recipients() == ["ada@patient.example"]
    assert states(channel="sms") == [("sms", State.SKIPPED, "opted_out")]


def test_what_became_due_in_a_night_without_power_goes_out_in_the_morning() -> None:
    morning, night = instant("2027-03-02 07:00"), instant("2027-03-01 22:00")
    a_visit(starts_at=instant("2027-03-02 15:00"), at=instant("2027-02-20 10:00"))

    scan(night)
    at_night = recipients()
    scan(morning)

    assert at_night == ["ada@patient.example"]
    assert recipients() == ["+48601000001", "ada@patient.example"]


def test_quiet_hours_are_those_of_the_place_where_the_patient_is() -> None:
    asleep_in_new_york = instant("2027-03-01 12:00")
    new_yorker = a_patient(timezone="America/New_York", phone="+12125550100")
    visit = a_visit(starts_at=asleep_in_new_york + DAY, patient=new_yorker, at=instant("2027-02-20 10:00"))

    planned = reminders_of(visit)["sms"].send_at
    scan(asleep_in_new_york)
    scan(instant("2027-03-01 13:00"))

    assert planned == instant("2027-03-01 13:00")
    assert {row.state for row in reminders_of(visit).values()} == {State.QUEUED}


def test_after_an_outage_of_an_hour_everything_that_was_due_goes_out() -> None:
    many_visits(3, starts_at=STARTS)

    scanned = scan(DUE + HOUR)

    assert scanned == {State.QUEUED: 6}


def test_after_an_outage_of_a_day_what_still_helps_goes_out_and_the_rest_has_expired() -> None:
    now = DUE + DAY
    begun, soon, later = (
        a_visit(name, starts_at=starts_at, patient=a_patient(name, phone=""), at=now - 3 * DAY)
        for name, starts_at in (("begun", now), ("soon", now + HOUR), ("later", now + 3 * HOUR))
    )

    scanned = scan(now)

    assert scanned == {State.EXPIRED: 2, State.QUEUED: 1}
    assert states(visit=begun) == [("email", State.EXPIRED, "started")]
    assert states(visit=soon) == [("email", State.EXPIRED, "too_late")]
    assert states(visit=later) == [("email", State.QUEUED, "")]


def test_two_leads_that_an_outage_made_due_together_are_one_message(settings: Settings) -> None:
    settings.REMINDER_POLICY = rules(leads="48h,24h")
    a_visit(starts_at=STARTS, patient=a_patient(phone=""), at=STARTS - 5 * DAY)

    scan(DUE + HOUR, most=1)

    assert states() == [("email", State.EXPIRED, "merged"), ("email", State.QUEUED, "")]


def test_a_policy_that_has_changed_meanwhile_puts_a_reminder_off(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS)
    settings.REMINDER_POLICY = rules(quiet_hours="email=00:00-18:00,sms=00:00-19:00")

    scan(DUE)

    put_off = {channel: row.send_at for channel, row in reminders_of(visit).items()}
    assert recipients() == []
    assert put_off == {"email": at_hour(18), "sms": at_hour(19)}


def at_hour(hour: int) -> datetime:
    """That hour of the day on which the reminder is due, by Warsaw's clock."""
    return DUE.astimezone(ZoneInfo(WARSAW)).replace(hour=hour)


def test_one_bad_row_among_a_thousand_stops_none_of_the_others() -> None:
    visits = many_visits(1000, starts_at=STARTS)
    Visit.objects.filter(pk=visits[500].pk).update(timezone="Mars/Olympus")

    scanned = scan(DUE)

    rows = Reminder.objects.filter(visit=visits[500])
    assert scanned == {State.QUEUED: 1998, State.PLANNED: 2}
    assert {(row.attempts, row.last_error) for row in rows} == {(1, "ZoneInfoNotFoundError")}
    assert all(row.due_at and row.due_at > DUE for row in rows)


def test_a_row_that_stays_bad_rests_ever_longer_and_ends_with_its_visit() -> None:
    visit = a_visit(starts_at=STARTS, patient=a_patient(phone=""))
    Visit.objects.filter(pk=visit.pk).update(timezone="Mars/Olympus")

    for hours in range(25):
        scan(DUE + hours * HOUR)

    row = Reminder.objects.get()
    assert row.attempts > 10
    assert (row.state, row.reason, row.due_at) == (State.EXPIRED, "started", None)


def test_a_row_that_recovers_is_sent() -> None:
    visit = a_visit(starts_at=STARTS, patient=a_patient(phone=""))
    Visit.objects.filter(pk=visit.pk).update(timezone="Mars/Olympus")

    scan(DUE)
    Visit.objects.filter(pk=visit.pk).update(timezone="Europe/Warsaw")
    scan(DUE + MINUTE)

    row = Reminder.objects.get()
    assert (row.state, row.attempts, row.last_error) == (State.QUEUED, 1, "")


def test_a_broken_number_is_no_obstacle_to_others_and_another_channel_stands_in() -> None:
    broken, healthy = a_patient("broken", phone="+0", channels=("sms",)), a_patient("healthy", phone="+48601000002")
    a_visit("broken", starts_at=STARTS, patient=broken)
    a_visit("healthy", starts_at=STARTS, patient=healthy)

    scan(DUE)

    assert states(visit__external_id="broken") == [("sms", State.FAILED, "to"), ("email", State.QUEUED, "")]
    assert {state for _, state, _ in states(visit__external_id="healthy")} == {State.QUEUED}
