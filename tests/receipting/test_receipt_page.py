"""The patient's page: the receipt, what corrects it, how things stand, and the PDFs; as much as is needed, no more."""

from __future__ import annotations

import re

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications.models import Message, State
from receipts.models import Receipt
from tests.builders import a_receipt, correct, finish, payment_of, render, take_in
from tests.receipting import pages
from tests.receipting.paid_visits import a_paid_visit, a_taxed_visit, movement, refund
from tests.stripe_events import events_of_a_dispute, events_of_a_failing_refund, events_of_a_payment, refund_of

pytestmark = pytest.mark.django_db(transaction=True)


def a_receipt_with_a_refund(amount: int = 3_000) -> tuple[Receipt, Receipt]:
    """120.00 EUR, and so much of it given back."""
    payment, charge = a_paid_visit(amount=12_000, email="ada@patient.example")
    return finish(payment), refund(charge, amount)


def headings_of(text: str) -> list[str]:
    """The headings of the documents, without their tags."""
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(r"<h3>(.*?)</h3>", text)]


def test_it_shows_number_day_amount_method_and_the_clinic() -> None:
    receipt = a_receipt(amount=12_000)

    text = pages.text_of(pages.page_of(receipt))

    for part in (receipt.number, "September 21, 2026", "€120.00", "ending", "4242", "Clinic Example"):
        assert part in text
    assert "We have received €120.00. Thank you." in text
    assert headings_of(text) == [f"Receipt {receipt.number}"]


def test_who_was_treated_by_whom_and_for_what_stands_in_the_pdf_alone() -> None:
    payment, _ = a_taxed_visit((12_000, "8"))
    receipt = finish(payment)

    text = pages.text_of(pages.page_of(receipt))

    assert receipt.number in text
    assert not re.search("zofia|nowak|hopper|therapy|89[.]01|2026-11-20|patient[.]example", text, re.IGNORECASE)


def test_corrections_follow_in_order_with_their_amounts_and_what_remained() -> None:
    payment, charge = a_paid_visit(amount=12_000)
    receipt, first, second = finish(payment), refund(charge, 3_000), refund(charge, 2_000)

    text = pages.text_of(pages.page_of(receipt))

    assert headings_of(text) == [f"Receipt {receipt.number}", f"Refund {first.number}", f"Refund {second.number}"]
    amounts = re.findall(r"(-€\d+\.\d\d|Afterwards €\d+\.\d\d remained)", text)
    assert amounts == ["-€30.00", "Afterwards €90.00 remained", "-€20.00", "Afterwards €70.00 remained"]
    assert "Of €120.00 paid, €50.00 were refunded; €70.00 remain." in text


def test_the_link_of_any_document_opens_the_page_of_its_payment() -> None:
    receipt, document = a_receipt_with_a_refund()

    texts = [re.sub(r"/r/[^/]+/", "", pages.text_of(pages.page_of(each))) for each in (receipt, document)]

    assert texts[0] == texts[1]
    assert document.number in texts[0]


def test_a_refund_that_failed_is_told_and_the_payment_counts_as_before() -> None:
    payment, charge = a_paid_visit(amount=12_000)
    receipt, _ = finish(payment), refund(charge, 3_000)
    take_in(events_of_a_failing_refund({**refund_of(charge, amount=3_000), "id": movement().stripe_id}))
    correct()

    text = pages.text_of(pages.page_of(receipt))

    assert "could not be paid out" in text
    assert "We have received €120.00. What had gone back has come to us again." in text


@pytest.mark.parametrize(
    ("refunded", "charged_back", "sentence"),
    [
        (12_000, 0, "All of the €120.00 paid was refunded."),
        (0, 2_000, "Of €120.00 paid, your bank took back €20.00; €100.00 remain."),
        (0, 12_000, "Your bank took back all of the €120.00 paid."),
        (3_000, 2_000, "Of €120.00 paid, €50.00 went back to you; €70.00 remain."),
        (3_000, 9_000, "All of the €120.00 paid went back to you."),
    ],
)
def test_how_the_payment_stands_is_said_in_a_sentence(refunded: int, charged_back: int, sentence: str) -> None:
    payment, charge = a_paid_visit(amount=12_000)
    receipt = finish(payment)
    if refunded:
        refund(charge, refunded)
    if charged_back:
        take_in(events_of_a_dispute(charge, outcome="lost", amount=charged_back))
        correct()

    assert sentence in pages.text_of(pages.page_of(receipt))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.QUEUED, "Our email with it is on its way to you."),
        (State.SENT, "We sent it to you by email."),
        (State.DELIVERED, "Your mail provider took our email with it."),
        (State.BOUNCED, "Our email with it could not be delivered."),
        (State.FAILED, "Our email with it could not be delivered."),
    ],
)
def test_what_became_of_the_email_is_said_with_what_to_do(state: State, sentence: str) -> None:
    receipt = a_receipt(email="ada@patient.example")
    due = {} if state == State.QUEUED else {"due_at": None}
    Message.objects.filter(about=receipt.number).update(state=state, **due)

    assert sentence in pages.text_of(pages.page_of(receipt))


def test_without_an_address_it_says_so() -> None:
    receipt = a_receipt(email=None)

    assert "because we know no email address of yours" in pages.text_of(pages.page_of(receipt))


def test_every_pdf_has_a_button_and_opens_under_its_number() -> None:
    receipt, document = a_receipt_with_a_refund()
    render(document)

    paths = re.findall(r'<a class="button" href="([^"]+)"', pages.text_of(pages.page_of(receipt)))
    files = [pages.get(path) for path in paths]

    assert [file["Content-Disposition"] for file in files] == [
        f'inline; filename="{number}.pdf"' for number in (receipt.number, document.number)
    ]
    assert all(file.content.startswith(b"%PDF-") for file in files)
    assert {file["Content-Type"] for file in files} == {"application/pdf"}
    assert {file["Cache-Control"] for file in files} == {"private, no-store"}


def test_a_pdf_that_is_not_made_yet_is_said_to_be_on_its_way() -> None:
    receipt, document = a_receipt_with_a_refund()

    text = pages.text_of(pages.page_of(receipt))
    file = pages.get(pages.paths_of(document)["pdf"])

    assert "The PDF is being made. Please look again in a minute." in text
    assert f"{document.number}.pdf" not in text
    assert (file.status_code, b"The PDF is not ready yet" in file.content) == (404, True)


@pytest.mark.parametrize("name", ["page_pdf", "pdf"])
def test_a_pdf_whose_time_is_over_is_not_said_to_be_on_its_way(name: str) -> None:
    receipt = a_receipt()
    paths = pages.paths_of(receipt)
    Receipt.objects.filter(pk=receipt.pk).update(purged_at=timezone.now(), pdf_key="")

    text = pages.text_of(pages.page_of(receipt))
    file = pages.get(paths[name])

    assert "The time for which we keep this PDF is over." in text
    assert "being made" not in text
    assert (file.status_code, b"This PDF is no longer kept" in file.content) == (410, True)


@pytest.mark.parametrize("name", ["page_pdf", "pdf"])
def test_a_damaged_file_leads_to_the_clinic_and_to_a_line_in_the_log(name: str) -> None:
    receipt = a_receipt()
    path = pages.paths_of(receipt)[name]
    Receipt.objects.update(pdf_sha256="0" * 64)

    with capture_logs() as lines:
        answer = pages.get(path)

    assert answer.status_code == 500
    assert "Please call us or write to us" in answer.content.decode()
    assert not answer.content.startswith(b"%PDF")
    assert [(line["event"], line["receipt"]) for line in lines] == [("receipt_pdf_damaged", receipt.number)]


def test_a_lost_file_is_made_again() -> None:
    receipt = a_receipt()
    default_storage.delete(receipt.pdf_key)

    answer = pages.get(pages.paths_of(receipt)["page_pdf"])

    assert answer.status_code == 200


def test_a_test_is_called_a_test_and_a_payment_is_not() -> None:
    test, live = a_receipt(), a_receipt(payment_intent_id="pi_live", charge_id="ch_live", livemode=True)

    assert "This is a test" in pages.text_of(pages.page_of(test))
    assert "This is a test" not in pages.text_of(pages.page_of(live))


@pytest.mark.parametrize(
    ("locale", "opening", "words"),
    [
        ("de", 'lang="de" dir="ltr"', "Wir haben 120,00 € erhalten."),
        ("de-AT", 'lang="de-AT" dir="ltr"', "Wir haben € 120,00 erhalten."),
        ("pl", 'lang="pl" dir="ltr"', "Otrzymaliśmy 120,00 €."),
        ("ar", 'lang="ar" dir="rtl"', "لقد استلمنا"),
        ("fr", 'lang="en" dir="ltr"', "We have received €120.00."),
    ],
)
def test_it_speaks_the_patients_language(settings: Settings, locale: str, opening: str, words: str) -> None:
    settings.CLINIC_LOCALE = locale
    receipt = a_receipt(amount=12_000)
    settings.CLINIC_LOCALE = "en"

    text = pages.text_of(pages.page_of(receipt))

    assert opening in text
    assert words in text


def test_it_says_how_to_reach_the_clinic(settings: Settings) -> None:
    settings.CLINIC_PHONE, settings.CLINIC_REPLY_TO = "+48 22 555 01 00", "Desk <desk@clinic.example>"
    with_both = pages.text_of(pages.page_of(a_receipt()))
    settings.CLINIC_PHONE = ""
    address_alone = pages.text_of(
        pages.page_of(a_receipt(payment_intent_id="pi_2", charge_id="ch_2")),
    )

    assert 'Questions? Call us: <a href="tel:+48225550100">' in with_both
    assert 'Or write to us: <a href="mailto:desk@clinic.example">' in with_both
    assert 'Questions? Write to us: <a href="mailto:desk@clinic.example">' in address_alone


def test_a_name_is_never_read_as_html(settings: Settings) -> None:
    settings.CLINIC_NAME = "<img src=x>"
    events = events_of_a_payment(card=("<script>", "4242"))
    take_in(events)
    receipt = finish(payment_of(events))

    text = pages.text_of(pages.page_of(receipt))

    assert "<img" not in text
    assert "<script" not in text.lower()
    assert "&lt;img src=x&gt;" in text


def test_a_look_changes_nothing() -> None:
    receipt, document = a_receipt_with_a_refund()
    before = list(Receipt.objects.values()), list(Message.objects.values())

    for name in pages.paths_of(receipt):
        pages.get(pages.paths_of(receipt)[name])
        pages.a_browser().head(pages.paths_of(document)[name])

    assert (list(Receipt.objects.values()), list(Message.objects.values())) == before


def test_it_works_below_a_path_of_the_public_address(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://clinic.example/payments"
    receipt = a_receipt()
    path = pages.page_of(receipt)

    text = pages.text_of(path.removeprefix("/payments"))

    assert path.startswith("/payments/r/")
    assert f'href="{path}/{receipt.number}.pdf"' in text
