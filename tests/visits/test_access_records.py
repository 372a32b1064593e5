"""What the front desk sees and does of visits is on record by keys, also what is offered while a name is typed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff import fingerprints
from staff.models import AccessRecord
from tests import admin_pages, matrix
from tests.visits.builders import a_patient, a_visit
from visits_service.visits import services
from visits_service.visits.models import Patient
from visits_service.visits.services import PatientData

pytestmark = pytest.mark.django_db

NAME = "Lovelace"


@pytest.fixture
def front_desk() -> Client:
    """Somebody with that role, whose sign-in isn't what this is about."""
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(matrix.staff_with("Front desk"))
    return browser


def saved(data: PatientData) -> Patient:
    """A patient who has no visit yet."""
    return services.keep_patient(data, at=timezone.now())[0]


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


def test_every_page_that_shows_a_patient_is_on_record_with_rows() -> None:
    visit, single = a_visit(patient=a_patient(name=f"Ada {NAME}", email="")), a_patient("patient-2", name=f"Bo {NAME}")
    saved(single)
    boss = Client(headers={"X-Forwarded-Proto": "https"})
    boss.force_login(User.objects.create_superuser("boss"))

    pages = admin_pages.answers(boss) | {
        path: boss.get(path)
        for path in (
            reverse("admin:index"),
            reverse("admin:reminders_daycoverage_changelist", query={"date": f"{visit.starts_at:%Y-%m-%d}"}),
            reverse("admin:desk_preview_changelist", query={"visit": visit.pk}),
            reverse("admin:desk_preview_email", query={"visit": visit.pk}),
        )
    }
    pages["found"] = boss.post(reverse("admin:desk_visitstory_changelist"), {"sought": NAME})

    assert sum(NAME in page.content.decode() for page in pages.values()) >= 9
    assert admin_pages.unrecorded(pages, NAME) == []


def test_a_preview_of_a_visit_is_on_record_with_it_and_its_patient_and_so_is_the_letter_in_its_frame(
    front_desk: Client,
) -> None:
    visit = a_visit(patient=a_patient(name=f"Ada {NAME}"))

    for name in ("admin:desk_preview_changelist", "admin:desk_preview_email"):
        front_desk.get(reverse(name, query={"visit": visit.pk}))

    frame, page = AccessRecord.objects.exclude(kind="sign_in")
    assert frame.object_ids == page.object_ids == f",visit:{visit.pk},patient:{visit.patient_id},"
    assert (frame.page, page.page) == ("desk_preview_email", "desk_preview_changelist")


def test_a_preview_of_a_sample_is_about_nobody(front_desk: Client) -> None:
    front_desk.get(reverse("admin:desk_preview_changelist"))

    assert newest().object_ids == ""


def test_whom_to_call_is_on_record(front_desk: Client) -> None:
    visit = a_visit(patient=a_patient(name=f"Ada {NAME}", email="", phone=""))
    day = f"{visit.starts_at:%Y-%m-%d}"

    page = front_desk.get(reverse("admin:reminders_daycoverage_changelist", query={"date": day}))

    assert NAME in page.content.decode()
    assert newest().object_ids == f",{visit.pk},patient:{visit.patient_id},"
    assert newest().what == f"date={day}"


def test_patients_that_were_found_are_on_record_also_those_without_a_visit(front_desk: Client) -> None:
    visit = a_visit(patient=a_patient(name=f"Ada {NAME}"))
    single = saved(a_patient("patient-2", name=f"Bo {NAME}"))

    front_desk.post(reverse("admin:desk_visitstory_changelist"), {"sought": NAME})

    assert (newest().kind, newest().model) == ("list", "desk.visitstory")
    assert newest().object_ids == f",{visit.pk},patient:{single.pk},patient:{visit.patient_id},"


def test_who_saw_a_patient_on_any_page_is_found_by_the_patients_key() -> None:
    visit = a_visit(patient=a_patient(name=f"Ada {NAME}"))
    boss = Client(headers={"X-Forwarded-Proto": "https"})
    boss.force_login(matrix.staff_with("Administrator"))
    boss.get(reverse("admin:desk_preview_email", query={"visit": visit.pk}))

    by_key = boss.get(reverse("admin:staff_accessrecord_changelist", query={"q": str(visit.patient_id)}))
    by_kind = boss.get(reverse("admin:staff_accessrecord_changelist", query={"q": f"patient:{visit.patient_id}"}))

    assert "desk_preview_email" in by_key.content.decode()
    assert "desk_preview_email" in by_kind.content.decode()
