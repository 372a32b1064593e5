"""No page of the admin of payments shows a patient without a record that says of which rows it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from tests import admin_pages
from tests.privacy.treated import MARKER, a_checkout, a_treated_patient, noted
from tests.staff.desk import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_page_that_shows_a_patient_is_on_record_with_rows() -> None:
    _, receipt = a_treated_patient()
    a_treated_patient(a_checkout("visit-2"))
    noted(receipt)
    boss = signed_in(User.objects.create_superuser("boss"))

    pages = admin_pages.answers(boss) | {"index": boss.get(reverse("admin:index"))}
    pages["found"] = boss.post(reverse("admin:payments_payment_search"), {"sought": MARKER})

    assert sum(MARKER in page.content.decode() for page in pages.values()) >= 10
    assert admin_pages.unrecorded(pages, MARKER) == []
