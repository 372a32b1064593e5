"""What a patient chooses on a page is kept as consent, and what is planned follows at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.visits import pages
from tests.visits.builders import a_patient, a_visit, reminders_of
from tests.visits.twilio import texted
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import OptOut, Patient, Visit

pytestmark = pytest.mark.django_db
State = Reminder.State
BOTH = ["email", "sms"]


def states_of(visit: Visit) -> dict[str, str]:
    """How the reminder of each channel stands."""
    return {channel: str(row.state) for channel, row in reminders_of(visit).items()}


def choose(patient: Patient, *channels: str) -> None:
    """Tick these and press Save."""
    pages.post(pages.page_for(patient), channel=list(channels))


def box(text: str, channel: str) -> str:
    """The checkbox of a channel."""
    [found] = [part for part in text.split("<input")[1:] if f'value="{channel}"' in part]
    return found.partition(">")[0]


def test_the_page_shows_what_is_chosen_and_addresses_half_hidden() -> None:
    visit = a_visit()

    text = pages.text_of(pages.page_for(visit.patient))

    assert all("checked" in box(text, channel) for channel in BOTH)
    assert "a•••@p•••.example" in text
    assert "+48 ••• ••• 001" in text
    for part in ("Ada", "Nowak", "ada@", "601"):
        assert part not in text


def test_a_channel_that_is_not_ticked_is_stopped_and_its_planned_reminders_are_taken_back() -> None:
    visits = [a_visit(), a_visit("visit-2")]

    saved = pages.post(pages.page_for(visits[0].patient), channel="email")

    assert (saved.status_code, saved["Location"]) == (303, f"{pages.page_for(visits[0].patient)}?saved#state")
    assert [states_of(visit) for visit in visits] == [{"email": State.PLANNED, "sms": State.VOID}] * 2
    kept = OptOut.objects.values_list("channel", "patient", "address", "source", "until").get()
    assert kept == ("sms", visits[0].patient_id, "", consent.Source.LINK, None)
    text = pages.text_of(f"{pages.page_for(visits[0].patient)}?saved")
    assert "<h2>Saved</h2>" in text
    assert "We remind you by email." in text


def test_ticked_again_it_is_planned_again_and_the_record_of_both_stays() -> None:
    visit = a_visit()
    choose(visit.patient, "email")

    choose(visit.patient, *BOTH)

    assert states_of(visit) == {"email": State.PLANNED, "sms": State.PLANNED}
    assert OptOut.objects.get().until is not None


def test_saved_twice_the_second_changes_nothing() -> None:
    visit = a_visit()
    choose(visit.patient, "email")
    before = list(OptOut.objects.values()), list(Reminder.objects.order_by("pk").values())

    choose(visit.patient, "email")

    assert (list(OptOut.objects.values()), list(Reminder.objects.order_by("pk").values())) == before


def test_all_reminders_can_be_stopped_with_one_button_also_on_channels_to_come() -> None:
    visit = a_visit(patient=a_patient(channels=("email",)))

    pages.post(pages.page_for(visit.patient), stop="all", channel="email")
    a_visit(patient=a_patient(channels=("email", "sms")))

    assert states_of(visit) == {"email": State.VOID}
    assert "We send you no reminders." in pages.text_of(pages.page_for(visit.patient))


def test_what_one_patient_chooses_leaves_the_other_at_the_same_address_alone() -> None:
    mother, child = a_visit(), a_visit("visit-2", patient=a_patient("patient-2"))

    choose(mother.patient, "email")

    assert states_of(child) == {"email": State.PLANNED, "sms": State.PLANNED}


def test_a_number_that_has_sent_stop_is_not_opened_by_a_tick() -> None:
    visit = a_visit()
    texted("STOP")

    text = pages.text_of(pages.page_for(visit.patient))
    choose(visit.patient, *BOTH)

    assert "disabled" in box(text, "sms")
    assert "Reply START" in text
    assert states_of(visit) == {"email": State.PLANNED, "sms": State.VOID}


def test_save_does_not_stop_what_could_not_be_chosen() -> None:
    visit = a_visit(patient=a_patient(phone=""))
    text = pages.text_of(pages.page_for(visit.patient))
    choose(visit.patient, "email")

    a_visit(patient=a_patient(phone="+48601000001"))

    assert "disabled" in box(text, "sms")
    assert "We do not know your phone number." in text
    assert states_of(visit) == {"email": State.PLANNED, "sms": State.PLANNED}


def test_a_clinic_without_text_messages_does_not_offer_them(settings: Settings) -> None:
    settings.SMS_BACKEND = ""

    text = pages.text_of(pages.page_for(a_visit().patient))

    assert 'value="email"' in text
    assert 'value="sms"' not in text


def test_a_channel_that_does_not_exist_is_not_kept() -> None:
    visit = a_visit()

    choose(visit.patient, *BOTH, "fax")

    assert not OptOut.objects.exists()


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_program_stops_emails_with_one_post_and_no_cookies(body: dict[str, str], content_type: str) -> None:
    visit = a_visit()
    mail_program = Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https", "User-Agent": "mail"})
    boundary = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in body.items())
    raw = {"application/x-www-form-urlencoded": "&".join(map("=".join, body.items()))}.get(
        content_type, boundary + "--x--"
    )
    kind = content_type if content_type.startswith("application") else f"{content_type}; boundary=x"

    answer = mail_program.generic("POST", pages.page_for(visit.patient, "stop_email"), raw, content_type=kind)

    assert answer.status_code == 200
    assert not answer.cookies
    assert states_of(visit) == {"email": State.VOID, "sms": State.PLANNED}
    assert OptOut.objects.values_list("channel", "source").get() == ("email", consent.Source.LINK)


def test_the_one_click_is_good_a_second_time() -> None:
    visit = a_visit()
    pages.post(pages.page_for(visit.patient, "stop_email"))
    before = list(OptOut.objects.values())

    again = pages.post(pages.page_for(visit.patient, "stop_email"))

    assert again.status_code == 200
    assert list(OptOut.objects.values()) == before


def test_a_person_finds_a_button_and_afterwards_the_way_back() -> None:
    visit = a_visit()
    path = pages.page_for(visit.patient, "stop_email")

    before, after = pages.text_of(path), pages.post(path).content.decode()

    assert '<button class="first" name="List-Unsubscribe" value="One-Click">Stop emails</button>' in before
    assert "You will get no more reminders by email." in after
    assert f'href="{pages.page_for(visit.patient)}"' in after


def test_an_address_that_refuses_by_itself_is_said_to_do_so() -> None:
    visit = a_visit()
    consent.stop("email", source=consent.Source.PROVIDER, at=timezone.now(), address=visit.patient.email)

    assert "This address refuses our emails." in pages.text_of(pages.page_for(visit.patient))
