"""What the front desk sees and does of visits is on record by keys, also what is offered while a name is typed."""

from __future__ import annotations

import pytest
from django.test import Client

from staff import fingerprints
from staff.models import AccessRecord
from tests import matrix
from tests.visits.builders import a_patient, a_visit

pytestmark = pytest.mark.django_db

NAME = "Lovelace"


@pytest.fixture
def front_desk() -> Client:
    """Somebody with that role, whose sign-in isn't what this is about."""
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(matrix.staff_with("Front desk"))
    return browser


def newest() -> AccessRecord:
    record = AccessRecord.objects.first()
    assert record is not None
    return record


def test_patients_that_are_offered_while_somebody_types_are_on_record(front_desk: Client) -> None:
    visit = a_visit(patient=a_patient(name=f"Ada {NAME}"))
    sought = visit.patient.external_id
    field = {"app_label": "visits", "model_name": "visit", "field_name": "patient"}

    offered = front_desk.get("/admin/autocomplete/", {**field, "term": sought})

    assert sought in offered.content.decode()
    assert (newest().kind, newest().model) == ("search", "visits.visit.patient")
    assert newest().object_ids == f",{visit.patient_id},"
    assert newest().search == fingerprints.of_search(sought)[0]
    assert NAME not in str(AccessRecord.objects.values_list())


def test_cancelling_visits_is_on_record_with_each_of_them(front_desk: Client) -> None:
    first, second = a_visit("visit-1"), a_visit("visit-2")

    front_desk.post("/admin/visits/visit/", {"action": "cancel", "_selected_action": [first.pk, second.pk]})

    assert (newest().kind, newest().model, newest().what) == ("action", "visits.visit", "cancel")
    assert newest().object_ids == f",{first.pk},{second.pk},"


def test_a_patient_that_is_typed_in_is_on_record_and_nothing_of_what_was_typed(front_desk: Client) -> None:
    typed = {"external_id": "patient-9", "name": f"Ada {NAME}", "email": "ada@patient.example", "locale": "en"}

    front_desk.post("/admin/visits/patient/add/", typed)

    done = AccessRecord.objects.get(kind="action")
    assert (done.model, done.page) == ("visits.patient", "visits_patient_add")
    assert done.what == "external_id name email locale"
    assert NAME not in str(AccessRecord.objects.values_list())
