"""Who may not see a page of payments_service learns what that means and whom to ask, and nothing of anybody's."""

from __future__ import annotations

import pytest
from django.test import Client

from payments_service.payments.models import Checkout
from staff.models import AccessRecord
from tests import matrix
from tests.privacy.treated import EMAIL, MARKER, a_treated_patient
from tests.refusals import MEANS, WHOM, text_of
from tests.staff.desk import signed_in

pytestmark = pytest.mark.django_db


def test_it_says_what_it_means_whom_to_ask_and_what_role_one_has() -> None:
    said = text_of(signed_in(matrix.staff_with("Bookkeeper")).get("/admin/payments/checkout/"))

    assert MEANS in said
    assert WHOM in said
    assert "Your role here: Bookkeeper." in said


def test_it_names_nothing_of_the_patient_whose_page_was_asked_for() -> None:
    a_treated_patient()
    checkout = Checkout.objects.get()
    browser = signed_in(matrix.staff_with("Bookkeeper"))

    pages = [
        browser.get(f"/admin/payments/checkout/{checkout.pk}/change/"),
        browser.get("/admin/notifications/message/", {"q": EMAIL}),
        browser.post("/admin/privacy/export/add/", {"email": EMAIL}),
    ]

    said = [text_of(page) for page in pages]
    assert all(MEANS in each for each in said)
    assert not any(word in page.content.decode() for page in pages for word in (MARKER, checkout.reference))


def test_it_is_on_record_as_a_refusal() -> None:
    signed_in(matrix.staff_with("Bookkeeper")).get("/admin/payments/checkout/")

    assert (row := AccessRecord.objects.first())
    assert (row.kind, row.page, row.model) == ("refused", "payments_checkout_changelist", "payments.checkout")


def test_elsewhere_the_answer_is_as_plain_as_before() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https"}).post("/admin/login/", {})

    assert answer.status_code == 403
    assert MEANS not in answer.content.decode()
