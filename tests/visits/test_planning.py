"""A saved visit has its reminders planned with it; a visit that has changed has none of the old ones left."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.utils import timezone

from tests.threads import in_thread
from tests.visits.builders import a_patient, a_visit, next_noon, reminders_of
from visits_service.booking import services as booking
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import Patient, Visit
from visits_service.visits.services import VisitData

pytestmark = pytest.mark.django_db
State = Reminder.State
DAY = timedelta(days=1)


def test_a_new_visit_has_a_reminder_on_each_channel_a_day_before() -> None:
    starts_at = next_noon(days=7)

    visit = a_visit(starts_at=starts_at)

    planned = reminders_of(visit)
    assert sorted(planned) == ["email", "sms"]
    assert {row.send_at for row in planned.values()} == {starts_at - DAY}
    assert {row.due_at for row in planned.values()} == {starts_at - DAY}


def test_the_same_visit_given_again_changes_nothing() -> None:
    a_visit()
    before = list(Reminder.objects.values())

    again = booking.save(
        VisitData(external_id="visit-1", starts_at=next_noon(), timezone="Europe/Warsaw"),
        a_patient(),
        at=timezone.now(),
    )

    assert (again.created, again.changed, again.visit.version) == (False, False, 1)
    assert list(Reminder.objects.values()) == before


def test_a_moved_visit_has_its_old_reminders_voided_and_new_ones_planned() -> None:
    visit = a_visit(starts_at=next_noon(days=7))

    a_visit(starts_at=next_noon(days=9))

    assert {row.send_at for row in reminders_of(visit).values()} == {next_noon(days=8)}
    assert visit.version == 2
    assert {row.state for row in Reminder.objects.filter(visit_version=1)} == {State.VOID}
    assert not Reminder.objects.filter(visit_version=1, due_at__isnull=False).exists()


def test_a_cancelled_visit_has_no_reminder_left_and_an_echo_does_not_book_it_again() -> None:
    visit = a_visit()

    booking.cancel("visit-1", at=timezone.now())
    a_visit()

    visit.refresh_from_db()
    assert visit.status == Visit.Status.CANCELLED
    assert not Reminder.objects.filter(due_at__isnull=False).exists()


def test_a_cancelled_visit_at_another_time_is_booked_again() -> None:
    visit = a_visit()
    booking.cancel("visit-1", at=timezone.now())

    a_visit(starts_at=next_noon(days=10))

    assert {row.state for row in reminders_of(visit).values()} == {State.PLANNED}
    assert (visit.status, visit.version) == (Visit.Status.BOOKED, 3)


def test_a_visit_booked_inside_the_lead_is_reminded_of_at_once_if_the_notice_is_long_enough() -> None:
    now = next_noon()

    soon = a_visit("soon", starts_at=now + timedelta(hours=3), at=now)
    sooner = a_visit("sooner", starts_at=now + timedelta(hours=1), at=now)

    assert {row.send_at for row in reminders_of(soon).values()} == {now}
    assert {(row.state, row.reason) for row in reminders_of(sooner).values()} == {(State.SKIPPED, "too_late")}


def test_only_channels_that_the_clinic_wants_and_knows_an_address_for_are_used() -> None:
    no_phone = a_visit("no-phone", patient=a_patient("p1", phone=""))
    only_sms = a_visit("only-sms", patient=a_patient("p2", channels=("sms",)))

    assert sorted(reminders_of(no_phone)) == ["email"]
    assert sorted(reminders_of(only_sms)) == ["sms"]


def test_what_a_number_refuses_counts_for_everybody_who_is_reached_there() -> None:
    consent.stop("sms", source=consent.Source.WORD, at=timezone.now(), address="+48601000001")

    visit = a_visit()

    assert sorted(reminders_of(visit)) == ["email"]


def test_a_new_phone_number_counts_for_every_visit_of_the_patient() -> None:
    first, second = a_visit("first", patient=a_patient(phone="")), a_visit("second", patient=a_patient(phone=""))

    a_visit("second", patient=a_patient(phone="+48601000009"))

    assert sorted(reminders_of(first)) == sorted(reminders_of(second)) == ["email", "sms"]


def test_a_change_that_the_patient_would_not_notice_is_no_new_version() -> None:
    visit = a_visit(patient=a_patient(locale="en"))

    a_visit(patient=a_patient(locale="pl"))

    visit.refresh_from_db()
    assert visit.version == 1
    assert Reminder.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_visit_saved_by_twenty_at_once_is_one_visit_with_one_set_of_reminders() -> None:
    threads = [Thread(target=in_thread, args=(a_visit,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Patient.objects.count(), Visit.objects.count(), Reminder.objects.count()) == (1, 1, 2)
