"""A patient who was reminded by email learns of each change, and so does their calendar; nobody else is written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notifications import delivery, messages, outbox, tasks
from notifications.models import Attempt, Message, Outcome, State
from servicekit import celery
from tests.visits.booking import browser
from tests.visits.booking.bodies import VISITS, a_body, a_row
from tests.visits.builders import TOKEN, WARSAW, a_patient, a_visit, next_noon, reminders_of
from tests.visits.reading import event_of
from visits_service.booking import services as booking
from visits_service.booking.services import Saved
from visits_service.reminders import notices, writing
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import Visit
from visits_service.visits.services import PatientData, VisitData

pytestmark = pytest.mark.django_db(transaction=True)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_reminded_visit(*, state: State = State.SENT, starts_at: datetime | None = None, **about: Any) -> Visit:
    """A visit whose reminder by email was handed to the provider."""
    visit = a_visit(starts_at=starts_at or next_noon(), place="Room 3", **about)
    message_id = queued(visit)
    if state != State.QUEUED:
        delivery.deliver(message_id)
        Message.objects.update(state=state)
    return visit


def queued(visit: Visit) -> int:
    """The reminder by email handed to delivery, as the due scan does it."""
    reminder = reminders_of(visit)["email"]
    message_id = outbox.enqueue(writing.write(reminder, now=timezone.now()))
    Reminder.objects.filter(pk=reminder.pk).update(state=Reminder.State.QUEUED, message=message_id, due_at=None)
    return message_id


def moved(*, starts_at: datetime, patient: PatientData | None = None) -> Saved:
    """The visit as the booking system gives it again."""
    visit = VisitData(external_id="visit-1", starts_at=starts_at, timezone=WARSAW, place="Room 3")
    return booking.save(visit, patient or a_patient(), at=timezone.now())


def the_notice(saved: Saved) -> messages.Email:
    """The one email that a change has made due."""
    (message_id,) = saved.message_ids
    return Message.objects.get(pk=message_id).email()


def entry_of(saved: Saved) -> tuple[str, Any]:
    """What the notice tells a calendar: the method, and the event."""
    email = the_notice(saved)
    return email.attachments[0].content_type, event_of(email)


def test_a_moved_visit_is_told_with_an_entry_that_moves_in_the_calendar() -> None:
    visit = a_reminded_visit()

    saved = moved(starts_at=next_noon(days=9))

    email, (content_type, event) = the_notice(saved), entry_of(saved)
    assert email.subject.startswith("Your visit has changed: ")
    assert email.dedupe_key == f"notice:{visit.reference}:2"
    assert (email.to, email.about, email.useful_until) == ("ada@patient.example", visit.reference, next_noon(days=9))
    assert content_type == "text/calendar; method=REQUEST; charset=utf-8"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (visit.reference, 2, "CONFIRMED")
    assert event["DTSTART"].dt == next_noon(days=9)


def test_a_cancelled_visit_leaves_the_calendar() -> None:
    visit = a_reminded_visit()

    saved = booking.cancel("visit-1", at=timezone.now())

    email, (content_type, event) = the_notice(saved), entry_of(saved)
    assert email.subject.endswith(" is cancelled")
    assert "you don't need to come" in email.text
    assert "/v/" not in email.text
    assert content_type == "text/calendar; method=CANCEL; charset=utf-8"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (visit.reference, 2, "CANCELLED")


def test_a_visit_that_takes_place_after_all_comes_back() -> None:
    a_reminded_visit()
    booking.cancel("visit-1", at=timezone.now())

    saved = booking.rebook("visit-1", at=timezone.now())

    content_type, event = entry_of(saved)
    assert content_type == "text/calendar; method=REQUEST; charset=utf-8"
    assert (event["SEQUENCE"], event["STATUS"]) == (3, "CONFIRMED")


@pytest.mark.parametrize("language", ["en", "pl", "de", "ar"])
def test_a_notice_names_the_date_and_never_a_day_that_passes(language: str) -> None:
    visit = a_reminded_visit(starts_at=timezone.now() + 20 * HOUR, patient=a_patient(locale=language))
    local = visit.starts_at.astimezone(timezone.get_default_timezone())

    saved = booking.cancel("visit-1", at=timezone.now())

    email = the_notice(saved)
    assert f" {local.day}" in email.subject
    assert not any(word in email.subject + email.text for word in ("today", "tomorrow", "jutro", "morgen", "غدًا"))


def test_the_notice_goes_out_like_any_other_message(mailoutbox: list[object]) -> None:
    a_reminded_visit()
    (message_id,) = booking.cancel("visit-1", at=timezone.now()).message_ids

    outcome = delivery.deliver(message_id)

    assert outcome == Outcome.ACCEPTED
    assert len(mailoutbox) == 2


def test_nobody_is_told_of_a_change_who_was_not_reminded_yet() -> None:
    a_visit(place="Room 3")

    assert moved(starts_at=next_noon(days=9)).message_ids == ()
    assert booking.cancel("visit-1", at=timezone.now()).message_ids == ()


def test_a_reminder_that_was_called_back_in_time_needs_no_notice() -> None:
    a_reminded_visit(state=State.QUEUED)

    saved = moved(starts_at=next_noon(days=9))

    assert saved.message_ids == ()
    assert Message.objects.get().state == State.WITHDRAWN


@pytest.mark.parametrize("doubtful", [False, True])
def test_a_reminder_whose_fate_nobody_knows_is_followed_by_a_notice(doubtful: bool) -> None:
    a_reminded_visit(state=State.FAILED)
    Message.objects.update(possible_double=doubtful)

    saved = moved(starts_at=next_noon(days=9))

    assert bool(saved.message_ids) == doubtful


def test_a_reminder_in_a_workers_hand_is_followed_by_a_notice() -> None:
    a_reminded_visit(state=State.QUEUED)
    message = Message.objects.get()
    Attempt.objects.create(message=message, number=1)
    Message.objects.update(due_at=timezone.now() + HOUR)

    saved = moved(starts_at=next_noon(days=9))

    assert len(saved.message_ids) == 1


def test_a_reminder_that_bounced_is_not_followed_by_another_email() -> None:
    a_reminded_visit(state=State.BOUNCED)

    assert moved(starts_at=next_noon(days=9)).message_ids == ()


def test_who_wants_no_email_gets_none() -> None:
    visit = a_reminded_visit()
    consent.stop("email", source=consent.Source.LINK, at=timezone.now(), patient=visit.patient)

    assert moved(starts_at=next_noon(days=9)).message_ids == ()


def test_another_mailbox_than_the_one_that_was_written_to_is_left_alone() -> None:
    a_reminded_visit()

    saved = moved(starts_at=next_noon(days=9), patient=a_patient(email="new@patient.example"))

    assert saved.message_ids == ()


def test_an_address_that_cannot_be_one_does_not_keep_a_change_from_being_saved() -> None:
    visit = a_reminded_visit()
    Message.objects.update(to="ada@@patient")

    saved = moved(starts_at=next_noon(days=9), patient=a_patient(email="ada@@patient"))

    visit.refresh_from_db()
    assert (saved.message_ids, visit.version) == ((), 2)


def test_a_visit_in_the_past_is_not_spoken_of() -> None:
    visit = a_reminded_visit()

    saved = booking.cancel("visit-1", at=visit.starts_at + HOUR)

    assert saved.message_ids == ()


def test_an_echo_is_not_told_again() -> None:
    visit = a_reminded_visit()
    first = moved(starts_at=next_noon(days=9))

    echo = moved(starts_at=next_noon(days=9))
    visit.refresh_from_db()
    asked_again = notices.after_change(visit, at=timezone.now())

    assert echo.message_ids == ()
    assert tuple(asked_again) == first.message_ids
    assert Message.objects.filter(dedupe_key__startswith="notice:").count() == 1


def test_of_two_changes_in_a_row_only_the_last_is_told() -> None:
    visit = a_reminded_visit()
    first = moved(starts_at=next_noon(days=9))

    second = moved(starts_at=next_noon(days=10))

    states = dict(Message.objects.filter(dedupe_key__startswith="notice:").values_list("pk", "state"))
    assert states == {first.message_ids[0]: State.WITHDRAWN, second.message_ids[0]: State.QUEUED}
    assert entry_of(second)[1]["SEQUENCE"] == 3
    assert entry_of(second)[1]["UID"] == visit.reference


def test_a_notice_is_the_reminder_too_that_would_go_out_at_the_same_moment() -> None:
    visit = a_reminded_visit(starts_at=timezone.now() + 20 * HOUR)

    saved = moved(starts_at=timezone.now() + 22 * HOUR)

    reminder = reminders_of(visit)["email"]
    assert (reminder.state, reminder.message_id, reminder.due_at) == (
        Reminder.State.QUEUED,
        saved.message_ids[0],
        None,
    )


def test_a_reminder_that_comes_later_still_comes() -> None:
    visit = a_reminded_visit()

    moved(starts_at=next_noon(days=9))

    assert reminders_of(visit)["email"].state == Reminder.State.PLANNED


def test_the_booking_systems_changes_are_told_without_waiting_for_a_sweep() -> None:
    a_reminded_visit()
    api = Client(headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"})
    before = celery.backlog(tasks.deliver_email)

    moved_there = api.put(f"{VISITS}/visit-1", a_body(), content_type="application/json")
    moved_back = api.post(f"{VISITS}:batch", {"visits": [a_row("visit-1")]}, content_type="application/json")
    cancelled = api.post(f"{VISITS}/visit-1/cancel")
    booked_again = api.post(f"{VISITS}/visit-1/rebook")

    assert [each.status_code for each in (moved_there, moved_back, cancelled, booked_again)] == [200] * 4
    assert celery.backlog(tasks.deliver_email) == before + 4


def test_so_are_the_changes_of_a_file_and_of_the_front_desk(tmp_path: Path, django_user_model: Any) -> None:
    visit = a_reminded_visit()
    before = celery.backlog(tasks.deliver_email)
    desk = Client(headers={"X-Forwarded-Proto": "https"})
    desk.force_login(django_user_model.objects.create(username="desk", is_staff=True, is_superuser=True))

    call_command("import_visits", a_file_that_moves(visit, to=tmp_path / "visits.csv"), "--dry-run")
    rehearsed = celery.backlog(tasks.deliver_email)
    call_command("import_visits", a_file_that_moves(visit, to=tmp_path / "visits.csv"))
    browser.save(desk, f"/admin/visits/visit/{visit.pk}/change/", place="Room 4")
    browser.act(desk, "/admin/visits/visit/", "cancel", visit)

    assert rehearsed == before
    assert celery.backlog(tasks.deliver_email) == before + 3


def a_file_that_moves(visit: Visit, *, to: Path) -> str:
    """A file that gives a visit two days later."""
    starts_at = (visit.starts_at + 2 * DAY).isoformat()
    names = "external_id,starts_at,patient_external_id,patient_name,patient_email,patient_phone"
    to.write_text(f"{names}\n{visit.external_id},{starts_at},patient-1,Ada Nowak,ada@patient.example,+48601000001\n")
    return str(to)
