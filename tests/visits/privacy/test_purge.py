"""Visits, patients and what was written to them are forgotten in time; what they refused never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Channel, Message
from tests.visits.builders import a_visit, next_noon, reminders_of
from tests.visits.privacy.marked import (
    MARKER,
    PHONE,
    a_marked_patient,
    a_past_visit,
    a_reminded_visit,
    later,
    places,
    purge,
)
from visits_service.booking import services as booking
from visits_service.reminders import choices
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import consent
from visits_service.visits.models import LastingRefusal, OptOut, Patient, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_goes_before_its_time() -> None:
    a_past_visit()
    before = places()

    run = purge(now=later(days=29))

    assert run.counts == {}
    assert places() == before


def test_after_two_years_nothing_names_the_patient() -> None:
    a_past_visit()

    run = purge(now=later(days=760))

    assert places() == set()
    assert run.counts["visits"] == 1
    assert not Patient.objects.exists()
    assert Message.objects.exists()


def test_what_was_written_about_a_visit_goes_with_it_however_long_messages_are_kept(settings: Settings) -> None:
    settings.KEEP_VISITS = timedelta(days=30)
    a_past_visit()

    purge(now=later(days=40))

    assert places() == set()


def test_what_was_never_sent_is_withdrawn_with_its_visit(settings: Settings) -> None:
    settings.KEEP_VISITS = timedelta(days=30)
    a_reminded_visit()
    Reminder.objects.filter(due_at__isnull=False).update(state="void", due_at=None)

    purge(now=later(days=40))

    assert places() == set()
    assert set(Message.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_a_visit_of_which_a_message_may_have_been_sent_stays_until_that_is_known(settings: Settings) -> None:
    settings.KEEP_VISITS = timedelta(days=30)
    visit = a_past_visit()
    Message.objects.update(state="queued", provider_message_id="accepted-1")

    purge(now=later(days=40))

    assert Visit.objects.get() == visit


def test_a_patient_who_still_comes_stays_and_only_the_old_visit_goes() -> None:
    a_past_visit()
    a_visit("visit-2", patient=a_marked_patient(), starts_at=next_noon(days=750))

    purge(now=later(days=760 - 20))

    assert [visit.external_id for visit in Visit.objects.all()] == ["visit-2"]
    assert Patient.objects.get().name == f"Ada {MARKER}"


def test_what_waits_for_a_person_is_never_overdue() -> None:
    visit = a_past_visit()
    Answer.objects.update(needs_a_person=True)

    purge(now=later(days=3000))

    assert Visit.objects.get() == visit


def test_a_visit_that_nobody_said_took_place_is_over_all_the_same() -> None:
    visit = a_reminded_visit()

    purge(now=later(days=700))
    assert Visit.objects.get() == visit
    purge(now=later(days=760))

    assert not Visit.objects.exists()


def test_a_stop_outlives_the_patient_and_counts_when_they_come_back() -> None:
    a_past_visit()
    choices.stop_number(PHONE, source=consent.Source.WORD, at=timezone.now())
    choices.stop(Patient.objects.get(), [Channel.EMAIL], at=timezone.now())

    purge(now=later(days=760))
    assert not OptOut.objects.exists()
    assert LastingRefusal.objects.count() == 2
    visit = a_visit("visit-new", patient=a_marked_patient())

    assert reminders_of(visit) == {}
    assert {each.source for each in OptOut.objects.all()} == {consent.Source.MEMORY}


def test_a_number_that_starts_again_is_remembered_no_more() -> None:
    a_past_visit()
    choices.stop_number(PHONE, source=consent.Source.WORD, at=timezone.now())
    purge(now=later(days=760))

    choices.start_number(PHONE, at=timezone.now())
    visit = a_visit("visit-new", patient=a_marked_patient())

    assert Channel.SMS in reminders_of(visit)


def test_staff_may_end_what_came_back_from_memory() -> None:
    a_past_visit()
    choices.stop(Patient.objects.get(), [Channel.EMAIL], at=timezone.now())
    purge(now=later(days=760))
    a_visit("visit-new", patient=a_marked_patient())

    booking.allow(OptOut.objects.get(), at=timezone.now())
    visit = a_visit("visit-new", patient=a_marked_patient(email="other@patient.example"))

    assert Channel.EMAIL in reminders_of(visit)
    assert Reminder.objects.filter(visit=visit, channel=Channel.EMAIL, state="planned").exists()
