"""The story of a visit: everything that happened, in the order in which it did, in words that need no training."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import tracking
from notifications.models import Attempt, Kind, Message
from tests.visits.builders import a_patient, a_visit, next_noon
from tests.visits.desk.staff import READ, desk, story_of, text_of
from tests.visits.reminded import reminded
from tests.visits.twilio import texted
from visits_service.booking import services as booking
from visits_service.desk import story
from visits_service.reminders import choices
from visits_service.visits.models import Visit, VisitVersion

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def told(visit: Visit) -> list[str]:
    """What has happened, line by line."""
    visit = Visit.objects.get(pk=visit.pk)
    return [entry.what for entry in story.of_visit(visit, now=timezone.now()).past]


def ahead(visit: Visit) -> list[str]:
    """What is still to come."""
    return [entry.what for entry in story.of_visit(visit, now=timezone.now()).ahead]


def delivered(message: Message) -> None:
    """The provider took it, and says that it arrived."""
    Message.objects.filter(pk=message.pk).update(provider_message_id=f"provider-{message.pk}")
    attempt = {"number": 1, "outcome": "accepted", "finished_at": timezone.now()}
    Attempt.objects.create(message=message, **attempt)
    tracking.record(
        tracking.Update(
            event_id=f"arrived:{message.pk}", state=Kind.DELIVERED, provider_message_id=f"provider-{message.pk}"
        )
    )


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_was_reminded_of_and_confirmed_tells_each_step_in_order() -> None:
    visit = a_visit(at=timezone.now() - HOUR)
    delivered(reminded(visit, "sms"))
    texted("1")

    lines = told(visit)

    assert lines[0].startswith("Booked for ")
    assert lines[1:] == [
        "Reminder by email planned",
        "Reminder by text message planned",
        "Reminder by text message to +48601000001",
        "The provider took it",
        "It arrived",
        "The patient will come, by text message",
    ]
    assert ahead(visit) == ["Reminder by email to be sent", "The visit"]


def test_a_visit_that_moves_says_from_when_to_when_and_what_was_taken_back() -> None:
    visit = a_visit(at=timezone.now() - 2 * HOUR)
    a_visit(starts_at=next_noon(days=9), at=timezone.now() - HOUR)
    booking.cancel("visit-1", at=timezone.now() - MINUTE)
    booking.rebook("visit-1", at=timezone.now())

    entries = story.of_visit(Visit.objects.get(pk=visit.pk), now=timezone.now()).past

    changes = [entry for entry in entries if entry.what.startswith(("Booked", "Moved", "Cancelled"))]
    assert [entry.what.split()[0] for entry in changes] == ["Booked", "Moved", "Cancelled", "Booked"]
    assert changes[1].more == f"It was {changes[0].what.removeprefix('Booked for ')}."
    assert [entry.what for entry in entries].count("Reminder by email taken back") == 2


def test_a_visit_from_before_versions_were_kept_still_has_a_story() -> None:
    visit = a_visit()
    VisitVersion.objects.all().delete()

    assert told(visit)[0] == "Booked"


def test_what_the_patient_refuses_and_wants_again_is_part_of_it() -> None:
    visit = a_visit(at=timezone.now() - HOUR)
    choices.stop_number(visit.patient.phone, source="word", at=timezone.now() - MINUTE)
    choices.start_number(visit.patient.phone, at=timezone.now())

    lines = told(visit)

    assert lines.index("No more messages by text message") < lines.index("Messages by text message are welcome again")


def test_why_there_is_no_reminder_is_said_in_words() -> None:
    visit = a_visit(starts_at=timezone.now() + 90 * MINUTE)

    entries = story.of_visit(visit, now=timezone.now()).past

    reasons = {entry.more for entry in entries if entry.what.startswith("No reminder")}
    assert reasons <= {
        "there was too little time left before the visit",
        "nothing but quiet hours were left before the visit",
    }
    assert reasons


def test_a_patients_story_has_all_their_visits_and_names_each() -> None:
    first, second = a_visit("visit-1"), a_visit("visit-2", starts_at=next_noon(days=9))
    a_visit("visit-3", patient=a_patient("patient-2"))

    found = story.of_patient(first.patient, now=timezone.now())

    assert {entry.visit for entry in (*found.past, *found.ahead)} == {first.external_id, second.external_id}


def test_the_story_takes_few_queries_however_much_has_happened(django_assert_max_num_queries: object) -> None:
    visit = a_visit(at=timezone.now() - 2 * HOUR)
    for days in range(8, 20):
        a_visit(starts_at=next_noon(days=days), at=timezone.now() - HOUR)
        reminded(visit, "sms")
    visit = Visit.objects.select_related("patient").get()

    with django_assert_max_num_queries(8):  # type: ignore[operator]
        story.of_visit(visit, now=timezone.now())


def test_who_may_not_read_visits_patients_and_reminders_reads_no_story() -> None:
    visit = a_visit()

    browser = desk("view_visit", "view_reminder")

    assert browser.get(story_of(visit)).status_code == 403
    assert browser.get(story_of(visit.patient)).status_code == 403
    assert browser.post("/admin/desk/visitstory/", {"sought": "Ada"}).status_code == 403


def test_who_may_read_finds_patient_visit_and_story_on_the_page_and_no_form() -> None:
    visit = a_visit(practitioner="Dr Maria Zielińska")

    page = text_of(desk(*READ), story_of(visit))

    assert "Ada Nowak" in page
    assert "Booked for" in page
    assert "Send a reminder now" not in page
