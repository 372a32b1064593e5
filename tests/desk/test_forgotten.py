"""A payment's page when its patient was erased, or its documents' time is over."""

from __future__ import annotations

import pytest
from django.utils import timezone

from privacy import record
from privacy.record import Order
from receipts.models import Receipt
from tests import builders
from tests.bookkeeping.staff import a_member_of_staff
from tests.desk.test_story import page_of, story_of, the_payment
from tests.privacy import treated

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_erased_patients_payment_says_so_and_names_nobody() -> None:
    treated.a_treated_patient()
    record.erase(Order({"email": treated.EMAIL}, by="maria", at=timezone.now()))

    page = page_of(the_payment(), a_member_of_staff(everything=True))

    assert story_of(page)[-1] == "The patient's data was forgotten"
    assert treated.MARKER not in page


def test_what_was_erased_before_it_was_ever_sent_waits_for_nobody() -> None:
    builders.take_in(treated.events_for(treated.a_checkout(email=""), email=None))
    receipt = builders.finish(the_payment())
    record.erase(Order({"visit": treated.VISIT}, by="maria", at=timezone.now()))

    page = page_of(the_payment(), a_member_of_staff(everything=True))

    assert f"{receipt.number}: forgotten, so nothing goes out" in page


def test_a_document_whose_time_is_over_has_no_pdf_to_open() -> None:
    _, receipt = treated.a_treated_patient()
    treated.purge(now=treated.later(days=366 * 11 + 400))

    page = page_of(the_payment(), a_member_of_staff(everything=True))

    assert Receipt.objects.get().pdf_key == ""
    assert f"PDF of {receipt.number} forgotten" in story_of(page)
    assert f"{receipt.number}: forgotten, so nothing goes out" in page
    assert f"/pdf/{receipt.number}" not in page
