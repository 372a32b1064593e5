"""A reminder that the front desk sends: now, once, and never what a rule of ours or a patient's wish forbids."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Message
from tests.visits.booking.browser import Fields
from tests.visits.builders import a_patient, a_visit, instant, next_noon, reminders_of
from tests.visits.desk.staff import READ, SEND, desk, fields, story_of, text_of
from tests.visits.reminding import rules, scan
from visits_service.booking import services as booking
from visits_service.reminders import by_hand, choices
from visits_service.reminders.by_hand import Doubt, Doubtful, Impossible, Obstacle, Wish
from visits_service.reminders.follow_up import follow_up
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
STARTS = instant("2026-12-09 11:00")
NOON, NIGHT = instant("2026-12-08 12:30"), instant("2026-12-08 22:00")
PHONE = "+48601000001"
"""A visit at noon in Warsaw; half past one there the day before, and eleven at night."""
NEW = {"address": "new@patient.example", "confirmed": "new@patient.example"}
"""Another address, about which the question was answered."""


def the_visit(**about: Any) -> Visit:
    """Booked a week before."""
    return a_visit(starts_at=STARTS, at=STARTS - timedelta(days=7), **about)


def wish(visit: Visit, **about: Any) -> Wish:
    """A text to the patient, as the page shows the visit at this moment."""
    visit = Visit.objects.get(pk=visit.pk)
    shown: dict[str, Any] = {"version": visit.version, "so_far": by_hand.so_far(visit)}
    data = {"channel": "sms", "address": PHONE} | shown
    return Wish(**(data | about))


def send(visit: Visit, *, now: datetime = NOON, **about: Any) -> Message:
    """The message that was queued."""
    return Message.objects.get(pk=by_hand.send(visit, wish(visit, **about), by="grace", now=now))


def refused(visit: Visit, *, now: datetime = NOON, **about: Any) -> Obstacle:
    """Why nothing was sent."""
    before = Message.objects.count()
    with pytest.raises(Impossible) as told:
        send(visit, now=now, **about)
    assert Message.objects.count() == before
    return told.value.obstacle


def doubted(visit: Visit, *, now: datetime = NOON, **about: Any) -> tuple[Doubt, ...]:
    """What somebody would have to insist on."""
    with pytest.raises(Doubtful) as told:
        send(visit, now=now, **about)
    return told.value.doubts


def settled(message: Message, state: str, **about: Any) -> None:
    """What has become of the message."""
    Message.objects.filter(pk=message.pk).update(state=state, due_at=None, **about)


def rules_have_sent(visit: Visit, state: str = "delivered") -> None:
    """The reminders of the rules have gone out and met that fate."""
    scan(STARTS - timedelta(days=1))
    Message.objects.filter(about=visit.reference).update(state=state, due_at=None)


def test_it_goes_out_at_once_in_the_patients_language_and_says_who_sent_it() -> None:
    visit = the_visit(patient=a_patient(locale="pl"))
    rules_have_sent(visit, "bounced")

    message = send(visit)

    assert (message.to, message.state, message.language, message.channel) == (PHONE, "queued", "pl", "sms")
    row = Reminder.objects.get(message=message)
    assert (row.lead, row.asked_by, row.state) == ("by_hand:1", "grace", "queued")


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [(lambda: booking.cancel("visit-1", at=NOON), Obstacle.NOT_AHEAD), (lambda: None, Obstacle.STARTED)],
)
def test_nobody_is_reminded_of_a_visit_that_is_off_or_has_begun(change: Any, obstacle: Obstacle) -> None:
    visit = the_visit()
    change()

    assert refused(visit, now=STARTS if obstacle == Obstacle.STARTED else NOON) == obstacle


def test_a_visit_that_has_moved_since_the_page_was_opened_is_not_reminded_of() -> None:
    visit = the_visit()
    as_shown = wish(visit)
    a_visit(starts_at=STARTS + timedelta(days=1), at=NOON)

    with pytest.raises(Impossible) as told:
        by_hand.send(visit, as_shown, by="grace", now=NOON)

    assert told.value.obstacle == Obstacle.OUTDATED


def test_the_button_pressed_twice_sends_once() -> None:
    visit = the_visit()
    rules_have_sent(visit, "bounced")
    as_shown = wish(visit)
    settled(Message.objects.get(pk=by_hand.send(visit, as_shown, by="grace", now=NOON)), "failed")

    with pytest.raises(Impossible) as told:
        by_hand.send(visit, as_shown, by="grace", now=NOON)

    assert told.value.obstacle == Obstacle.OUTDATED


def test_while_one_is_under_way_there_is_no_other_to_that_address() -> None:
    visit = the_visit()
    rules_have_sent(visit, "bounced")
    send(visit)

    assert refused(visit) == Obstacle.UNDER_WAY
    assert send(visit, address="+48601000002").to == "+48601000002"


def test_what_patient_or_number_refuses_is_not_sent_whoever_insists() -> None:
    visit, everything = the_visit(), frozenset(Doubt)
    choices.stop(visit.patient, ["email"], at=NOON)
    choices.stop_number("+48601000002", source="word", at=NOON)

    assert refused(visit, channel="email", address="x@patient.example", insists_on=everything) == Obstacle.OPTED_OUT
    assert refused(visit, address="+48601000002", insists_on=everything) == Obstacle.OPTED_OUT


def test_texts_are_not_sent_where_no_provider_is_set(settings: Any) -> None:
    settings.SMS_BACKEND = ""

    assert refused(the_visit()) == Obstacle.NOT_OFFERED


@pytest.mark.parametrize("state", ["sent", "delivered"])
def test_whoever_was_told_there_is_told_again_only_if_somebody_insists(state: str) -> None:
    visit = the_visit()
    rules_have_sent(visit, state)

    assert doubted(visit) == (Doubt.TOLD_ALREADY,)
    assert send(visit, insists_on=frozenset([Doubt.TOLD_ALREADY])).state == "queued"


def test_at_night_a_text_waits_for_somebody_to_insist_and_then_travels_by_night() -> None:
    visit = the_visit()
    rules_have_sent(visit, "bounced")

    assert doubted(visit, now=NIGHT) == (Doubt.QUIET_HOURS,)
    message = send(visit, now=NIGHT, insists_on=frozenset([Doubt.QUIET_HOURS]))

    assert message.useful_until == instant("2026-12-08 23:00"), "until the word tomorrow is wrong"
    assert send(visit, now=NIGHT, channel="email", address="ada@patient.example").state == "queued"


def test_shortly_before_the_visit_and_while_another_is_planned_a_person_decides() -> None:
    visit = the_visit()

    assert doubted(visit, now=STARTS - timedelta(days=2)) == (Doubt.STILL_TO_COME,)
    rules_have_sent(visit, "bounced")
    assert doubted(visit, now=STARTS - timedelta(minutes=30)) == (Doubt.SHORT_NOTICE,)


def test_insisting_on_one_doubt_does_not_cover_another_that_has_come_since() -> None:
    visit = the_visit()
    rules_have_sent(visit)

    assert doubted(visit, now=NIGHT, insists_on=frozenset([Doubt.TOLD_ALREADY])) == (
        Doubt.QUIET_HOURS,
        Doubt.TOLD_ALREADY,
    )


def test_one_that_may_have_arrived_although_it_failed_is_doubted_too() -> None:
    visit = the_visit()
    rules_have_sent(visit, "failed")
    Message.objects.update(possible_double=True)

    assert doubted(visit) == (Doubt.TOLD_ALREADY,)


def test_a_patient_whose_address_changes_keeps_what_was_sent_by_hand() -> None:
    visit = the_visit()
    rules_have_sent(visit, "bounced")
    message = send(visit)

    booking.save_patient(a_patient(email="new@patient.example"), at=NOON)

    message.refresh_from_db()
    assert message.state == "queued"


def test_a_visit_that_moves_takes_back_what_was_sent_by_hand_and_has_not_left() -> None:
    visit = the_visit()
    rules_have_sent(visit, "bounced")
    message = send(visit)

    a_visit(starts_at=STARTS + timedelta(days=1), at=NOON)

    message.refresh_from_db()
    assert message.state == "withdrawn"
    assert Reminder.objects.get(lead="by_hand:1").state == Reminder.State.VOID


@pytest.mark.django_db(transaction=True)
def test_one_that_comes_too_late_is_not_written_again_by_itself() -> None:
    visit = a_visit(starts_at=next_noon(days=1))
    now = timezone.now()
    Reminder.objects.update(state="failed", due_at=None)
    message = send(visit, now=now, insists_on=frozenset(Doubt))
    settled(message, "failed", last_error="too_late")

    follow_up(now=now)

    row = Reminder.objects.get(lead="by_hand:1")
    assert (row.state, row.reason) == (Reminder.State.FAILED, "too_late")


# --- On the page


def on_the_page(browser: Any, visit: Visit, **given: Any) -> Any:
    """The answer to the page's form, filled in with this."""
    path = story_of(visit)
    return browser.post(path, fields(text_of(browser, path)) | {"channel": "sms"} | given)


def said(answer: Any) -> str:
    """The page behind the answer."""
    page = answer if answer.status_code == 200 else answer.client.get(answer["Location"])
    return str(page.content.decode())


def a_visit_to_come() -> Visit:
    """In a week, and nothing planned or sent that would raise a doubt; no quiet hours now."""
    visit = a_visit()
    Reminder.objects.update(state="failed", due_at=None)
    return visit


@pytest.fixture
def any_time(settings: Any) -> None:
    """A clinic without quiet hours, since nobody knows at what time a test runs."""
    settings.REMINDER_POLICY = rules(quiet_hours="none")


def test_the_page_sends_by_the_channel_that_is_chosen_and_says_so(any_time: None) -> None:
    visit, browser = a_visit_to_come(), desk(*SEND)

    answer = on_the_page(browser, visit, channel="email")

    assert "It is on its way." in said(answer)
    assert Message.objects.get().to == "ada@patient.example"
    assert "sent by grace" in text_of(browser, story_of(visit))


def test_a_doubt_is_shown_and_the_second_press_insists_on_it(any_time: None) -> None:
    visit, browser = a_visit(), desk(*SEND)

    page = said(on_the_page(browser, visit))
    again = browser.post(story_of(visit), fields(page) | {"channel": "sms"})

    assert "Another reminder is planned for later" in page
    assert "Send it all the same" in page
    assert "It is on its way." in said(again)


def test_another_number_is_read_as_it_is_dialled_here_and_used_once(any_time: None, settings: Any) -> None:
    settings.CLINIC_COUNTRY = "PL"
    visit = a_visit_to_come()

    on_the_page(desk(*SEND), visit, address="602 000 002", confirmed="+48602000002")

    assert Message.objects.get().to == "+48602000002"
    assert Patient.objects.get().phone == PHONE


def test_another_address_can_be_kept_for_all_that_comes_later(any_time: None) -> None:
    visit = a_visit_to_come()

    on_the_page(desk(*SEND), visit, channel="email", **NEW, keep="on")

    assert Message.objects.get().to == "new@patient.example"
    assert Patient.objects.get().email == "new@patient.example"


def test_a_kept_address_of_a_patient_who_had_none_is_told_once(any_time: None) -> None:
    visit = a_visit(starts_at=timezone.now() + timedelta(hours=20), patient=a_patient(email="", phone=""))

    on_the_page(desk(*SEND), visit, channel="email", **NEW, keep="on")
    scan(timezone.now())

    assert Message.objects.count() == 1
    assert reminders_of(visit)


@pytest.mark.parametrize(
    ("channel", "address", "to", "known"),
    [
        ("email", "new@patient.example", "new@patient.example", "ada@patient.example"),
        ("sms", "602 000 002", "+48602000002", PHONE),
    ],
)
def test_another_address_is_asked_about_before_anything_is_sent(
    any_time: None, settings: Any, channel: str, address: str, to: str, known: str
) -> None:
    settings.CLINIC_COUNTRY = "PL"
    visit, browser = a_visit_to_come(), desk(*SEND)

    asked = said(on_the_page(browser, visit, channel=channel, address=address, confirmed="eve@patient.example"))
    before = Message.objects.count()
    sent = browser.post(story_of(visit), Fields(asked).values)

    assert f"A reminder will go to <strong>{to}</strong>, not to {known}." in asked
    assert before == 0
    assert "It is on its way." in said(sent)
    assert Message.objects.get().to == to


def test_the_address_on_record_is_not_asked_about_although_it_is_typed(any_time: None) -> None:
    on_the_page(desk(*SEND), a_visit_to_come(), channel="email", address="ada@patient.example")

    assert Message.objects.get().to == "ada@patient.example"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"channel": "email", "address": "ada"}, "can&#x27;t be an email address"),
        ({"channel": "sms", "address": "ada@patient.example"}, "expected one phone number"),
        ({"channel": "fax"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_sent_is_explained_beside_its_field(
    given: dict[str, str], sentence: str, any_time: None
) -> None:
    page = said(on_the_page(desk(*SEND), a_visit_to_come(), **given))

    assert sentence in page
    assert not Message.objects.exists()


def test_who_may_only_read_sends_nothing(any_time: None) -> None:
    visit = a_visit_to_come()

    answer = desk(*READ).post(story_of(visit), {"channel": "sms", "version": "1", "so_far": "0"})

    assert answer.status_code == 403
    assert not Message.objects.exists()


def test_who_may_not_change_patients_keeps_no_address(any_time: None) -> None:
    visit = a_visit_to_come()

    on_the_page(desk(*READ, "add_reminder"), visit, channel="email", **NEW, keep="on")

    assert Message.objects.get().to == "new@patient.example"
    assert Patient.objects.get().email == "ada@patient.example"


def test_a_visit_that_is_over_shows_no_form() -> None:
    visit = the_visit()
    booking.cancel("visit-1", at=timezone.now())

    assert "Send a reminder now" not in text_of(desk(*SEND), story_of(visit))
