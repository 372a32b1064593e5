"""A reminder that didn't reach the patient is written again, or another channel stands in, while it still helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from notifications import delivery
from notifications.models import Message
from notifications.sms import backends
from tests.notifications.builders import in_threads
from tests.notifications.sms.builders import ACCOUNT, SENDER, TOKEN
from tests.notifications.sms.twilio_server import TwilioServer
from tests.visits.builders import a_patient, a_visit, instant, next_noon
from tests.visits.reminding import recipients, scan, states
from visits_service.booking import services as booking
from visits_service.reminders.follow_up import Followed, follow_up
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import OptOut, Visit

pytestmark = pytest.mark.django_db
State = Reminder.State
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STARTS = next_noon(days=3)
DUE = STARTS - DAY
EMAIL, PHONE = "ada@patient.example", "+48601000001"
ONLY_EMAIL, ONLY_SMS = a_patient(channels=("email",)), a_patient(channels=("sms",))


def a_reminded_visit(starts_at: datetime = STARTS, **about: Any) -> Visit:
    """A visit whose reminders have been handed to delivery a day before."""
    visit = a_visit(starts_at=starts_at, at=starts_at - 2 * DAY, **about)
    scan(starts_at - DAY)
    return visit


def fails(to: str, *, code: str = "recipient_refused", state: str = "failed") -> None:
    """The reminder to that address is dead, or has come back."""
    changed = Message.objects.filter(to=to, dedupe_key__startswith="reminder:").update(
        state=state, last_error=code, due_at=None
    )
    assert changed == 1


def test_a_text_that_did_not_arrive_is_stood_in_for_by_an_email_at_once() -> None:
    a_reminded_visit(patient=ONLY_SMS)
    fails(PHONE)

    followed = follow_up(now=DUE + MINUTE)
    scan(DUE + MINUTE)

    assert followed.may_be_due
    assert recipients() == [PHONE, EMAIL]
    assert states() == [("sms", State.FAILED, "recipient_refused"), ("email", State.QUEUED, "")]
    assert Reminder.objects.get(channel="email").stands_in_for == Reminder.objects.get(channel="sms")


def test_an_email_that_came_back_is_stood_in_for_by_a_text() -> None:
    a_reminded_visit(patient=ONLY_EMAIL)
    fails(EMAIL, state="bounced", code="bounced")

    follow_up(now=DUE + HOUR)
    scan(DUE + HOUR)

    assert recipients() == [PHONE, EMAIL]
    assert states() == [("email", State.FAILED, "bounced"), ("sms", State.QUEUED, "")]


def test_a_text_that_stands_in_waits_for_the_morning_where_the_patient_is() -> None:
    starts_at, night = instant("2027-03-02 16:00"), instant("2027-03-01 22:30")
    a_reminded_visit(starts_at, patient=ONLY_EMAIL)
    Message.objects.update(created_at=night - HOUR)
    fails(EMAIL)

    follow_up(now=night)
    scan(night)

    assert recipients() == [EMAIL]
    assert Reminder.objects.get(channel="sms").send_at == instant("2027-03-02 07:00")


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(0)])
def test_nothing_stands_in_once_the_notice_is_too_short(late: timedelta) -> None:
    a_reminded_visit(patient=ONLY_EMAIL)
    fails(EMAIL)

    followed = follow_up(now=STARTS - late)

    assert states() == [("email", State.FAILED, "recipient_refused")]
    assert not followed.may_be_due


def test_a_channel_that_reaches_the_patient_anyway_is_not_used_twice() -> None:
    a_reminded_visit()
    fails(PHONE)

    follow_up(now=DUE + MINUTE)

    assert states() == [("email", State.QUEUED, ""), ("sms", State.FAILED, "recipient_refused")]


def test_when_both_channels_fail_neither_stands_in_for_the_other() -> None:
    a_reminded_visit()
    fails(PHONE)
    fails(EMAIL)

    follow_up(now=DUE + MINUTE)

    assert {state for _, state, _ in states()} == {State.FAILED}
    assert Reminder.objects.count() == 2


def test_a_stand_in_that_fails_too_ends_it() -> None:
    a_reminded_visit(patient=ONLY_SMS)
    fails(PHONE)
    follow_up(now=DUE + MINUTE)
    scan(DUE + MINUTE)
    fails(EMAIL)

    follow_up(now=DUE + HOUR)

    assert {state for _, state, _ in states()} == {State.FAILED}
    assert Reminder.objects.count() == 2


def test_a_channel_that_the_patient_refuses_never_stands_in() -> None:
    visit = a_reminded_visit(patient=ONLY_EMAIL)
    consent.stop("sms", source=consent.Source.LINK, patient=visit.patient, at=DUE)
    fails(EMAIL)

    follow_up(now=DUE + MINUTE)

    assert states() == [("email", State.FAILED, "recipient_refused")]


def test_an_installation_that_sends_no_texts_lets_none_stand_in(settings: Settings) -> None:
    settings.SMS_BACKEND = ""
    a_reminded_visit(patient=ONLY_EMAIL)
    fails(EMAIL)

    follow_up(now=DUE + MINUTE)

    assert states() == [("email", State.FAILED, "recipient_refused")]


@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_a_stand_in_is_taken_back_with_its_visit(change: str) -> None:
    a_reminded_visit(patient=ONLY_SMS)
    fails(PHONE)
    follow_up(now=DUE + MINUTE)

    if change == "moved":
        a_visit(starts_at=STARTS + DAY, patient=ONLY_SMS, at=DUE + 2 * MINUTE)
    else:
        booking.cancel("visit-1", at=DUE + 2 * MINUTE)
    scan(DUE + HOUR)

    assert states(channel="email") == [("email", State.VOID, "")]
    assert recipients() == [PHONE]


def test_a_message_that_ran_out_of_time_is_written_again_with_the_words_of_the_new_day() -> None:
    a_reminded_visit(patient=ONLY_EMAIL)
    fails(EMAIL, code="too_late")
    first = Message.objects.get()

    follow_up(now=STARTS - 8 * HOUR)
    scan(STARTS - 8 * HOUR)

    second = Message.objects.exclude(pk=first.pk).get()
    row = Reminder.objects.get()
    assert (row.state, row.round, row.message) == (State.QUEUED, 2, second)
    assert second.text != first.text


def test_a_message_that_ran_out_of_time_is_not_written_again_when_the_notice_is_too_short() -> None:
    a_reminded_visit(patient=ONLY_EMAIL)
    fails(EMAIL, code="too_late")

    follow_up(now=STARTS - HOUR)

    assert states() == [("email", State.EXPIRED, "too_late")]


def test_a_message_that_was_in_hand_when_its_visit_was_cancelled_is_void_once_it_has_failed() -> None:
    a_reminded_visit(patient=ONLY_EMAIL)
    attempt = delivery.begin(Message.objects.get().pk)
    assert attempt
    booking.cancel("visit-1", at=DUE + MINUTE)
    fails(EMAIL, code="too_late")

    follow_up(now=DUE + HOUR)

    assert states() == [("email", State.VOID, "")]


def test_each_reminder_is_followed_up_once() -> None:
    a_reminded_visit(patient=ONLY_SMS)
    fails(PHONE)

    found = [follow_up(now=DUE + MINUTE) for _ in range(5)]

    assert [each.stand_ins for each in found] == [1, 0, 0, 0, 0]
    assert [each.states.total() for each in found] == [1, 0, 0, 0, 0]


def test_what_is_fine_or_long_ago_is_left_alone() -> None:
    a_reminded_visit()
    fails(EMAIL)
    Message.objects.filter(to=EMAIL).update(created_at=DUE - 8 * DAY)

    followed = follow_up(now=DUE)

    assert not followed.states
    assert {state for _, state, _ in states()} == {State.QUEUED}


def test_a_visit_that_cannot_be_judged_stops_no_other() -> None:
    bad = a_reminded_visit(external_id="bad", patient=a_patient("bad", phone="+48601000002", channels=("sms",)))
    good = a_reminded_visit(external_id="good", patient=ONLY_SMS)
    Visit.objects.filter(pk=bad.pk).update(timezone="Mars/Olympus")
    fails("+48601000002")
    fails(PHONE)

    follow_up(now=DUE + MINUTE)

    assert states(visit=bad) == [("sms", State.FAILED, "recipient_refused")]
    assert [state for _, state, _ in states(visit=good)] == [State.FAILED, State.PLANNED]


@pytest.fixture
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    """A Twilio that our backend reaches."""
    server = TwilioServer()
    settings.SMS_BACKEND, settings.TWILIO_API_BASE = "notifications.sms.twilio.Backend", server.address
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, TOKEN, SENDER
    backends.forget()
    yield server
    backends.forget()
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_a_number_that_twilio_knows_to_have_said_stop_is_learned_as_an_opt_out(twilio: TwilioServer) -> None:
    twilio.refusals[PHONE] = 21610
    now = STARTS - DAY
    a_visit("tomorrow", starts_at=STARTS, patient=ONLY_SMS)
    later = a_visit("later", starts_at=STARTS + 5 * DAY, patient=ONLY_SMS)
    somebody_else = a_visit("same-number", starts_at=STARTS + 5 * DAY, patient=a_patient("patient-2", email=""))
    scan(now)
    for message in Message.objects.filter(channel="sms"):
        delivery.deliver(message.pk)

    follow_up(now=now + MINUTE)

    learned = OptOut.objects.get()
    assert (learned.channel, learned.address, learned.source, learned.patient) == ("sms", PHONE, "provider", None)
    assert states(visit__external_id="tomorrow") == [("sms", State.FAILED, "opted_out"), ("email", State.PLANNED, "")]
    assert states(visit=later) == states(visit=somebody_else) == [("sms", State.VOID, "")]


@pytest.mark.django_db(transaction=True)
def test_two_that_follow_up_at_once_plan_one_stand_in_each() -> None:
    for number in range(30):
        patient = a_patient(f"p{number}", phone=f"+486010001{number:02}", channels=("sms",))
        a_reminded_visit(external_id=f"v{number}", patient=patient)
    Message.objects.update(state="failed", last_error="recipient_refused", due_at=None)

    found: list[list[Followed]] = in_threads(4, lambda _: [follow_up(now=DUE + MINUTE, most=5) for _ in range(20)])

    done = [each for one in found for each in one]
    assert sum(each.stand_ins for each in done) == sum(each.states.total() for each in done) == 30
    assert Reminder.objects.filter(lead=Reminder.FAILOVER, state=State.PLANNED).count() == 30
