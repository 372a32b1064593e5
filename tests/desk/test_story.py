"""A payment's page: its whole story in the order of time, in plain words, for those who may see each part."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.models import Attempt, Kind, Message
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import handing_over, selectors
from payments_service.reconciling.models import Arrival, Run
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests import clinics as group
from tests.bookkeeping.staff import a_member_of_staff
from tests.builders import a_payment, a_receipt, finish, render
from tests.receipting.desk import a_bounced_receipt, reported
from tests.receipting.paid_clinics import a_receipt_of
from tests.receipting.paid_visits import a_paid_visit, a_taxed_visit, refund

pytestmark = pytest.mark.django_db
PATIENT = "ada@example.com"


def page_of(payment: Payment, browser: Client) -> str:
    """The payment's page as text."""
    answer = browser.get(f"/admin/payments/payment/{payment.pk}/change/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def the_payment() -> Payment:
    """The only one."""
    return Payment.objects.get()


def story_of(page: str) -> list[str]:
    """What happened, moment after moment."""
    return [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<div><strong>(.*?)</strong>", page)]


def everything() -> Client:
    """Somebody who may see it all."""
    return a_member_of_staff(everything=True)


def test_a_payment_is_told_from_the_first_event_to_the_mailbox() -> None:
    receipt = a_receipt(email=PATIENT)
    Attempt.objects.create(message=Message.objects.get(), number=1, outcome="accepted")
    reported(receipt, Kind.DELIVERED)

    told = story_of(page_of(the_payment(), everything()))

    order = [
        "€120.00 paid",
        "Stripe told us: the money was taken",
        f"Receipt {receipt.number} issued",
        f"PDF of {receipt.number} made",
        f"Email with {receipt.number} written to {PATIENT}",
        "It has arrived",
    ]
    assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)
    assert "The mail provider took it" in told


def test_an_event_that_never_came_by_itself_says_how_it_was_found() -> None:
    payment = a_payment()
    event = StripeEvent.objects.filter(type="charge.succeeded").get()
    at = {"since": event.created, "until": event.created, "started_at": event.created}
    Arrival.objects.create(event=event, run=Run.objects.create(by="beat", **at), how="undelivered")

    page = page_of(payment, everything())

    assert page.count("It was found by comparing with Stripe".lower()) == 0
    assert page.count("It didn't come by itself: it was found by comparing with Stripe.") == 1
    assert page.count("It came by the webhook.") == 2
    assert event.stripe_id in page


def test_money_that_went_back_stands_there_with_its_document_and_what_remains() -> None:
    payment, charge = a_paid_visit(amount=12_000, email=PATIENT)
    finish(payment)
    document = refund(charge, 3_000)
    render(document)

    page = page_of(payment, everything())

    told = story_of(page)
    assert "Refund of €30.00" in told
    assert f"Refund {document.number} issued" in told
    assert "€30.00; €90.00 remain" in page


def test_a_refund_that_waits_says_for_what() -> None:
    payment, charge = a_paid_visit()
    refund(charge, 3_000)
    Movement.objects.update(last_error=Movement.Obstacle.OTHER_CURRENCY)

    page = page_of(payment, everything())

    assert "It can't be reckoned against the receipt: see to it by hand." in page


def test_a_letter_that_came_back_says_why_in_plain_words() -> None:
    receipt = a_bounced_receipt(code="invalid")

    page = page_of(the_payment(), everything())

    assert "It came back" in story_of(page)
    assert "There is no such address." in page
    assert f"{receipt.number}: came back" in page


def test_what_was_handed_over_by_hand_is_told_with_who_did() -> None:
    receipt = a_bounced_receipt()
    handing_over.hand_over(receipt.number, way="printed", note="to her son", by="maria")

    page = page_of(the_payment(), everything())

    assert f"maria: {receipt.number} was printed and handed over" in story_of(page)
    assert "to her son" in page
    assert f"{receipt.number}: handed over in another way" in page


def test_a_document_sent_from_the_list_of_those_that_bounced_is_told_with_who_did() -> None:
    receipt = a_bounced_receipt()
    browser = everything()
    waiting = f"/admin/receipting/undeliveredreceipt/{receipt.pk}/change/"
    browser.post(waiting, {"email": "new@example.com", "confirmed": "new@example.com", "send": "yes"})

    told = story_of(page_of(the_payment(), browser))

    assert f"desk had {receipt.number} sent again" in told
    assert f"Email with {receipt.number} written to new@example.com" in told


def test_the_visit_and_the_patient_stand_above_the_story() -> None:
    payment, _ = a_taxed_visit((12_000, "23"))

    page = page_of(payment, everything())

    assert "Zofia Nowak" in page
    assert "visit-1" in page
    assert "A checkout was opened" in story_of(page)


def test_a_payment_that_waits_for_its_receipt_says_so() -> None:
    page = page_of(a_payment(), everything())

    assert "A receipt is still to be issued" in story_of(page)
    assert "In test mode: no money was paid." in page


def test_the_story_is_told_by_the_clock_of_the_clinic_that_was_paid(settings: Settings, tmp_path: Path) -> None:
    group.describe(settings, tmp_path)
    account = next(iter(settings.CLINIC_PROFILES))

    a_receipt_of(account)

    page = page_of(the_payment(), everything())
    assert f"by the clock of {settings.CLINIC_PROFILES[account].time_zone}" in page
    assert settings.CLINIC_PROFILES[account].name in page


def test_each_part_is_told_to_those_only_who_may_see_it() -> None:
    a_bounced_receipt()

    page = page_of(the_payment(), a_member_of_staff("view_payment"))

    told = story_of(page)
    assert told == ["€120.00 paid"]
    assert "Send a document again" not in page
    assert "Show what is missing" not in page


def test_who_may_not_see_payments_sees_no_story() -> None:
    payment = a_payment()

    answer = a_member_of_staff("view_receipt").get(f"/admin/payments/payment/{payment.pk}/change/")

    assert answer.status_code == 403


def test_the_fields_as_they_are_stored_are_one_link_away() -> None:
    payment = a_payment()

    page = everything().get(f"/admin/payments/payment/{payment.pk}/change/?stored=yes").content.decode()

    assert "Evidence" in page


def test_what_a_stranger_wrote_is_shown_and_never_run() -> None:
    a_receipt(email=PATIENT)
    Payment.objects.update(email="<script>alert(1)</script>@example.com")

    answer = everything().get(f"/admin/payments/payment/{the_payment().pk}/change/").content.decode()

    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert(1)" in answer


def test_the_list_of_payments_opens_the_pdf() -> None:
    receipt = a_receipt()

    page = everything().get("/admin/payments/payment/").content.decode()

    assert f'<a href="/admin/receipts/receipt/{receipt.number}.pdf">{receipt.number}</a>' in page


def test_every_document_of_the_payment_has_its_line_and_its_pdf() -> None:
    payment, charge = a_paid_visit(amount=12_000, email=PATIENT)
    finish(payment)
    render(refund(charge, 3_000))

    page = page_of(payment, everything())

    for document in selectors.documents_of(Payment.objects.get()):
        assert f'href="/admin/receipts/receipt/{document.number}.pdf"' in page
    assert Receipt.objects.count() == 2
