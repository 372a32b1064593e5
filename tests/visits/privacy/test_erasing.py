"""One patient is forgotten at once, and isn't written to again when the booking system hands them in once more."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications import delivery
from notifications.models import Message, State
from privacy import record
from privacy.models import Erasure, Export
from privacy.record import Order
from privacy.service import Ambiguous, Busy, Erased
from tests.visits.builders import a_visit, reminders_of
from tests.visits.privacy.marked import EMAIL, MARKER, PHONE, a_marked_patient, a_past_visit, a_reminded_visit, places
from visits_service.visits.models import LastingRefusal, OptOut, Patient

pytestmark = pytest.mark.django_db(transaction=True)

PATIENT = f"patient-{MARKER}"


def erase(*, dry_run: bool = False, **given: str) -> Erased:
    return record.erase(Order(given, by="administrator", at=timezone.now()), dry_run=dry_run)


def test_everything_goes_and_what_was_to_be_sent_is_withdrawn() -> None:
    a_past_visit("visit-past")
    a_reminded_visit()

    erased = erase(patient=PATIENT)

    assert places() == set()
    assert erased.counts["visits"] == 2
    assert erased.counts["messages withdrawn"] >= 1
    assert not Message.objects.filter(state=State.QUEUED).exists()
    assert Erasure.objects.get().counts == dict(erased.counts)


@pytest.mark.parametrize("written", [f" {PHONE} ", f"{PHONE[:3]} {PHONE[3:6]}-{PHONE[6:]}", PHONE[3:]])
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    a_reminded_visit()

    erased = erase(phone=written)

    assert erased.counts["visits"] == 1


def test_who_was_erased_is_not_written_to_when_handed_in_again() -> None:
    a_reminded_visit()
    erase(phone=PHONE)

    same = a_visit("visit-again", patient=a_marked_patient())
    renamed = a_visit("visit-other", patient=a_marked_patient("another-id"))

    assert reminders_of(same) == reminders_of(renamed) == {}


def test_whoever_shares_the_phone_is_still_reached() -> None:
    a_reminded_visit()
    other = a_visit("visit-2", patient=a_marked_patient("child-1", name="Jan", email="jan@patient.example"))

    with pytest.raises(Ambiguous, match="2 patients"):
        erase(phone=PHONE)
    erase(email=EMAIL)

    assert set(reminders_of(other)) == {"email", "sms"}
    assert set(reminders_of(a_visit("visit-3", patient=a_marked_patient("child-1", name="Jan", email="j@p.example"))))
    assert LastingRefusal.objects.count() == 3


def test_a_message_that_is_being_sent_is_waited_for() -> None:
    a_reminded_visit()
    message = Message.objects.filter(state=State.QUEUED).earliest("pk")
    delivery.begin(message.pk)

    with pytest.raises(Busy, match="try again"):
        erase(patient=PATIENT)

    assert Patient.objects.exists()


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    a_past_visit()
    before = places()

    shown = erase(dry_run=True, patient=PATIENT)

    assert places() == before
    assert not OptOut.objects.exists()
    assert shown == erase(patient=PATIENT)


def test_an_export_has_all_of_one_patient_and_nothing_of_another(tmp_path: Path) -> None:
    a_past_visit()
    a_visit("visit-2", patient=a_marked_patient("child-1", name="Jan Kowalski", email="jan@patient.example"))
    path = tmp_path / "export.zip"

    call_command("export_person", str(path), patient=PATIENT)

    with zipfile.ZipFile(path) as archive:
        data, page = json.loads(archive.read("data.json")), archive.read("index.html").decode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert data["patient"][0]["email"] == EMAIL
    assert {visit["external_id"] for visit in data["visits"]} == {f"visit-{MARKER}"}
    assert data["answers"][0]["text"] == MARKER
    assert data["messages"]
    assert f"Room {MARKER}" in page
    assert "Kowalski" not in page + json.dumps(data)
    assert Export.objects.get().counts["visits"] == 1


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    a_past_visit()
    path = tmp_path / "export.zip"
    path.write_text("kept")

    with pytest.raises(CommandError, match="is there already, and nothing was done"):
        call_command("export_person", str(path), patient=PATIENT)

    assert path.read_text() == "kept"
    assert not Export.objects.exists()


def test_a_file_that_is_there_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    a_past_visit()
    path = tmp_path / "export.zip"
    path.write_text("of last year")

    call_command("export_person", str(path), "--overwrite", patient=PATIENT)

    assert zipfile.is_zipfile(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Export.objects.count() == 1
