"""What somebody writes back to a reminder is done where it is clear, and put before the clinic where it isn't."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.utils import timezone

from notifications.models import State as MessageState
from tests.threads import in_thread
from tests.visits.builders import a_patient, a_visit, next_noon, reminders_of
from tests.visits.reminded import reminded
from tests.visits.twilio import PHONE, texted
from visits_service.booking import services as booking
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import consent
from visits_service.visits.models import OptOut, Visit

pytestmark = pytest.mark.django_db
Kind, Status = Answer.Kind, Visit.Status
SOON = next_noon(days=1)


def the_answer() -> Answer:
    """The only one."""
    return Answer.objects.get()


@pytest.mark.parametrize("word", ["1", " 1. ", "1️⃣", "١"])
def test_1_confirms_the_visit_that_was_reminded_of_at_that_number(word: str) -> None:
    visit, later = a_visit(starts_at=SOON), a_visit("visit-2", starts_at=next_noon(days=30))
    reminded(visit)

    texted(word)

    visit.refresh_from_db()
    later.refresh_from_db()
    assert (visit.status, later.status) == (Status.CONFIRMED, Status.BOOKED)
    answer = the_answer()
    assert (answer.kind, answer.visit, answer.patient) == (Kind.CONFIRM, visit, visit.patient)
    assert (answer.source, answer.number, answer.text) == (Answer.Source.SMS, PHONE, word)
    assert not answer.needs_a_person


def test_1_again_changes_nothing_and_needs_nobody() -> None:
    visit = a_visit(starts_at=SOON)
    reminded(visit)
    texted("1")
    before = Visit.objects.values().get()

    texted("1")

    assert Visit.objects.values().get() == before
    assert [answer.needs_a_person for answer in Answer.objects.all()] == [False, False]


def test_with_two_reminded_visits_at_one_number_nobody_guesses_which_is_meant() -> None:
    mother, child = a_visit(starts_at=SOON), a_visit("visit-2", patient=a_patient("patient-2"), starts_at=SOON)
    reminded(mother)
    reminded(child)

    texted("1")

    assert set(Visit.objects.values_list("status", flat=True)) == {Status.BOOKED}
    answer = the_answer()
    assert (answer.kind, answer.visit, answer.patient, answer.needs_a_person) == (Kind.CONFIRM, None, None, True)


def test_1_without_a_reminder_before_it_needs_a_person() -> None:
    visit = a_visit(starts_at=SOON)

    texted("1")

    visit.refresh_from_db()
    answer = the_answer()
    assert visit.status == Status.BOOKED
    assert (answer.visit, answer.patient, answer.needs_a_person) == (None, visit.patient, True)


@pytest.mark.parametrize("fate", [MessageState.FAILED, MessageState.BOUNCED])
def test_1_after_a_reminder_that_never_arrived_needs_a_person(fate: MessageState) -> None:
    visit = a_visit(starts_at=SOON)
    reminded(visit, state=fate)

    texted("1")

    visit.refresh_from_db()
    assert (visit.status, the_answer().needs_a_person) == (Status.BOOKED, True)


def test_1_to_the_reminder_of_a_visit_that_was_moved_since_does_not_confirm_the_new_time() -> None:
    visit = a_visit(starts_at=SOON)
    reminded(visit)
    a_visit(starts_at=next_noon(days=2))

    texted("1")

    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    assert (the_answer().visit, the_answer().needs_a_person) == (visit, True)


def test_1_to_a_visit_that_was_cancelled_or_is_over_needs_a_person() -> None:
    cancelled = a_visit(starts_at=SOON)
    reminded(cancelled)
    booking.cancel("visit-1", at=timezone.now())
    over = a_visit("visit-2", patient=a_patient("patient-2", phone="+48601000002"), starts_at=SOON)
    reminded(over)
    Visit.objects.filter(pk=over.pk).update(starts_at=timezone.now() - timedelta(minutes=1))

    texted("1")
    texted("1", number="+48601000002")

    assert [(answer.visit, answer.needs_a_person) for answer in Answer.objects.all()] == [(None, True), (None, True)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2", Kind.CALL_ME), ("I need another time", Kind.OTHER), ("", Kind.OTHER), ("12", Kind.OTHER)],
)
def test_a_request_goes_to_the_clinic_with_the_visit_that_it_is_about(text: str, kind: str) -> None:
    visit = a_visit(starts_at=SOON)
    reminded(visit)

    texted(text)

    visit.refresh_from_db()
    answer = the_answer()
    assert (answer.kind, answer.visit, answer.text, answer.needs_a_person) == (kind, visit, text, True)
    assert visit.status == Status.BOOKED


def test_a_text_from_a_number_that_nobody_knows_goes_to_the_clinic() -> None:
    texted("Who are you?", number="+48601999999")

    answer = the_answer()
    assert (answer.number, answer.visit, answer.patient) == ("+48601999999", None, None)
    assert answer.needs_a_person


@pytest.mark.parametrize("word", ["HELP", "info"])
def test_a_call_for_help_is_kept_and_needs_nobody(word: str) -> None:
    a_visit(starts_at=SOON)

    texted(word)

    assert (the_answer().kind, the_answer().needs_a_person) == (Kind.HELP, False)


@pytest.mark.parametrize("word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT"])
def test_stop_takes_back_the_texts_that_were_planned_and_leaves_the_emails(word: str) -> None:
    visits = [a_visit(), a_visit("visit-2"), a_visit("visit-3", patient=a_patient("patient-2"))]

    texted(word)

    for visit in visits:
        planned = reminders_of(visit)
        assert planned["sms"].state == Reminder.State.VOID
        assert planned["email"].state == Reminder.State.PLANNED
    assert (the_answer().kind, the_answer().needs_a_person) == (Kind.STOP, False)
    kept = OptOut.objects.get()
    assert (kept.address, kept.patient, kept.source) == (PHONE, None, consent.Source.WORD)


@pytest.mark.parametrize("word", ["START", "yes", "UNSTOP"])
def test_start_plans_them_again(word: str) -> None:
    visit = a_visit()
    texted("STOP")

    texted(word)

    assert {row.state for row in reminders_of(visit).values()} == {Reminder.State.PLANNED}
    assert OptOut.objects.get().until is not None


def test_stop_from_a_number_that_nobody_knows_counts_for_whoever_gets_it() -> None:
    texted("STOP", number="+48601000001")

    visit = a_visit()

    assert sorted(reminders_of(visit)) == ["email"]


def test_a_message_that_is_brought_again_changes_nothing_even_after_its_contrary() -> None:
    visit = a_visit()
    texted("STOP", sid="SM-first")
    texted("START", sid="SM-second")
    before = list(Answer.objects.values()), list(OptOut.objects.values()), list(Reminder.objects.values())

    again = texted("STOP", sid="SM-first")

    assert again.status_code == 200
    assert (list(Answer.objects.values()), list(OptOut.objects.values()), list(Reminder.objects.values())) == before
    assert reminders_of(visit)["sms"].state == Reminder.State.PLANNED


@pytest.mark.django_db(transaction=True)
def test_one_message_brought_ten_times_at_once_is_one_answer() -> None:
    visit = a_visit(starts_at=SOON)
    reminded(visit)
    statuses: list[int] = []

    threads = [
        Thread(target=in_thread, args=(lambda: statuses.append(texted("1", sid="SM-same").status_code),))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 10
    assert Answer.objects.count() == 1
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_a_number_that_stops_while_its_patient_gets_visits_is_left_with_no_text() -> None:
    a_visit()
    work = [lambda: texted("STOP")] + [lambda number=number: a_visit(f"visit-{number}") for number in range(2, 12)]

    threads = [Thread(target=in_thread, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Visit.objects.count() == 11
    assert not Reminder.objects.filter(channel="sms", state=Reminder.State.PLANNED).exists()
    assert Reminder.objects.filter(channel="email", state=Reminder.State.PLANNED).count() == 11


def test_nothing_of_what_is_kept_shows_in_an_answers_name() -> None:
    texted("Marker", number="+48601999999")

    assert "arker" not in str(the_answer())
    assert "+48" not in str(the_answer())
