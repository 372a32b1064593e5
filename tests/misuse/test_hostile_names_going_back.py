"""A hostile name through everything that money going back brings about: letters, documents, pages and the books."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from notifications import delivery
from payments_service.bookkeeping import exporting
from payments_service.receipting import letters
from receipts import filing, frozen, kinds, rendering
from receipts.models import Receipt
from tests import hostile_names
from tests.builders import correct, render, take_in
from tests.hostile_names import Read
from tests.notifications.mail_server import MailServer
from tests.receipting import pages
from tests.receipting.conftest import mail
from tests.receipting.paid_visits import a_paid_visit
from tests.receipts import reading
from tests.stripe_events import (
    LATER,
    an_event,
    events_of_a_dispute,
    events_of_a_failing_refund,
    events_of_a_refund,
    refund_of,
)
from tests.stripe_events.builders import EMAIL

__all__ = ["mail"]
pytestmark = pytest.mark.django_db
HANDFULS = hostile_names.handfuls()
LONGEST = 400
EVERY_NAME = pytest.mark.parametrize("names", HANDFULS.values(), ids=HANDFULS)
PLAIN = "Ada Nowak"


def going_back(name: str) -> list[Receipt]:
    """One document of each kind that corrects a receipt: a refund that fails, a lost dispute that is won after all."""
    payment, charge = a_paid_visit(name=name, email=EMAIL)
    take_in(events_of_a_refund(charge, amount=500))
    refunded = correct()
    take_in(events_of_a_failing_refund({**refund_of(charge, amount=500), "id": payment.movements.get().stripe_id}))
    failed, lost = correct(), events_of_a_dispute(charge, outcome="lost")
    take_in(lost)
    disputed = correct()
    take_in([an_event("charge.dispute.closed", lost[-1]["data"]["object"] | {"status": "won"}, created=LATER * 2)])
    return [*refunded, *failed, *disputed, *correct()]


def a_refund(name: str) -> Receipt:
    """The document of a refund to somebody of that name."""
    _, charge = a_paid_visit(name=name, email=EMAIL)
    take_in(events_of_a_refund(charge, amount=500))
    (document,) = correct()
    return document


def html_of(document: Receipt) -> str:
    """What its PDF is laid out from."""
    return rendering.html_of(frozen.from_json(document.snapshot), number=document.number, issued_at=document.issued_at)


def shapes(documents: list[Receipt]) -> list[object]:
    """What letters and documents are made of."""
    return [Read(text).shape for each in documents for text in (letters.letter_for(each).html, html_of(each))]


@EVERY_NAME
def test_each_kind_of_letter_and_document_says_it_and_grows_no_tag(names: tuple[str, ...]) -> None:
    usual = going_back(PLAIN)
    assert [each.kind for each in usual] == [
        kinds.REFUND,
        kinds.REFUND_REVERSAL,
        kinds.DISPUTE,
        kinds.DISPUTE_REVERSAL,
    ]
    for line in hostile_names.behind_each_other(names, longest=LONGEST):
        documents = going_back(line)

        assert shapes(documents) == shapes(usual)
        for letter in map(letters.letter_for, documents):
            assert line in Read(letter.html).text
            assert line in letter.text
            assert not any(name in letter.subject for name in names)


@EVERY_NAME
def test_a_refunds_letter_goes_to_nobody_else_and_its_document_holds_nothing_but_the_name(
    names: tuple[str, ...], mail: MailServer
) -> None:
    usual = sent(a_refund(PLAIN))

    documents = [sent(a_refund(line)) for line in hostile_names.behind_each_other(names, longest=LONGEST)]

    assert mail.recipients == [[EMAIL]] * (1 + len(documents))
    for document, arrived in zip(documents, mail.mails[1:], strict=True):
        assert arrived["Bcc"] is None
        assert [part.get_filename() for part in arrived.iter_attachments()] == [f"{document.number}.pdf"]
        assert made_of(document) == made_of(usual)


def sent(document: Receipt) -> Receipt:
    """The document after its letter was sent."""
    message = render(document)
    assert message is not None
    delivery.deliver(message.pk)
    return Receipt.objects.get(pk=document.pk)


def made_of(document: Receipt) -> tuple[list[str], list[str], int]:
    """What its PDF has beside words: attached files that aren't called by its number, links and notes, pages."""
    pdf = reading.open_pdf(filing.read(document))
    files = [name for name in pdf.attachments if name != f"{document.number}.json"]
    notes = [str(note.get_object()["/Subtype"]) for page in pdf.pages for note in page.get("/Annots", ())]
    return files, notes, len(pdf.pages)


@EVERY_NAME
def test_the_page_of_a_refunded_payment_shows_it_and_runs_nothing(names: tuple[str, ...]) -> None:
    usual = Read(pages.text_of(pages.page_of(a_refund(PLAIN)))).shape

    lines = hostile_names.behind_each_other(names, longest=LONGEST)
    shown = [Read(pages.text_of(pages.page_of(a_refund(line)))) for line in lines]

    assert all(page.shape == usual for page in shown)


@EVERY_NAME
def test_the_books_have_a_refund_with_the_name_as_a_text_and_never_as_a_formula(names: tuple[str, ...]) -> None:
    lines = list(hostile_names.behind_each_other(names, longest=LONGEST))
    documents = [a_refund(line) for line in lines]
    today = documents[0].issued_at.date()

    text = "".join(exporting.documents(today - timedelta(days=1), today + timedelta(days=1), names=True))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix(exporting.BYTE_ORDER_MARK), newline="")))
    told = {row["number"]: row["payer"] for row in rows}
    assert [told[each.number].removeprefix("'") for each in documents] == lines
    assert not any(payer.startswith(exporting.FORMULA) for payer in told.values())
    assert None not in {key for row in rows for key in row}
