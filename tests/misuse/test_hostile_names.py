"""A hostile name through everything that a payment brings about: it stays a name, wherever it stands."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.test import Client
from structlog.testing import capture_logs

from payments_service.bookkeeping import exporting
from payments_service.receipting import letters
from receipts import frozen
from receipts.models import Receipt
from tests import admin_pages, hostile_names
from tests.builders import a_payment, finish, issue, payment_of, take_in
from tests.hostile_names import OVERRIDES, REFUSED, Read
from tests.notifications.mail_server import MailServer
from tests.receipting import pages
from tests.receipting.conftest import mail
from tests.stripe_events import EMAIL, events_of_a_payment

__all__ = ["mail"]
pytestmark = pytest.mark.django_db
HANDFULS = hostile_names.handfuls()
EVERY_NAME = pytest.mark.parametrize("names", HANDFULS.values(), ids=HANDFULS)
LONGEST = 400
PLAIN = "Ada Nowak"


def an_issued(name: str) -> Receipt:
    """The receipt of somebody of that name, before its PDF is made."""
    receipt = issue(a_payment(name=name))
    assert receipt is not None
    return receipt


def a_sent(name: str) -> Receipt:
    """The receipt of somebody of that name, after its letter was sent."""
    events = events_of_a_payment(name=name)
    take_in(events)
    return finish(payment_of(events))


def told(receipt: Receipt) -> str:
    """Who paid, as the document says it."""
    return frozen.from_json(receipt.snapshot).payer_name


def printed(name: str) -> str:
    """A name as it stands in one line: spaces that follow each other are one."""
    return " ".join(name.split())


@EVERY_NAME
def test_a_letter_says_it_as_it_is_and_grows_no_header_no_tag_and_no_other_recipient(
    names: tuple[str, ...], mail: MailServer
) -> None:
    usual = Read(letters.letter_for(an_issued(PLAIN)).html).shape

    with capture_logs() as logs:
        receipts = [a_sent(name) for name in names]

    assert mail.recipients == [[EMAIL]] * len(names)
    for name, receipt, arrived in zip(names, receipts, mail.mails, strict=True):
        letter = letters.letter_for(receipt)
        assert arrived["Bcc"] is None
        assert [part.get_filename() for part in arrived.iter_attachments()] == [f"{receipt.number}.pdf"]
        assert Read(letter.html).shape == usual
        assert printed(name) in Read(letter.html).text
        assert printed(name) in letter.text
        assert name not in repr(logs)


@EVERY_NAME
def test_the_patients_page_shows_it_and_runs_nothing(names: tuple[str, ...]) -> None:
    usual = Read(pages.text_of(pages.page_of(an_issued(PLAIN)))).shape

    shown = [Read(pages.text_of(pages.page_of(an_issued(name)))) for name in names]

    assert [page.shape for page in shown] == [usual] * len(names)


@EVERY_NAME
def test_the_admin_shows_it_and_runs_nothing(names: tuple[str, ...], admin_client: Client) -> None:
    for line in hostile_names.behind_each_other(names, longest=LONGEST):
        an_issued(line)

        listed = admin_pages.answers(admin_client)

        assert {path for path, answer in listed.items() if answer.status_code != 200} == set()
        read = [Read(answer.content.decode()) for answer in listed.values()]
        assert all(("script", ()) not in page.shape and "onerror" not in repr(page.shape) for page in read)
        as_json = [json.dumps(line, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)]
        assert any(said in page.text for page in read for said in (printed(line), *as_json))


@EVERY_NAME
def test_the_books_have_it_as_a_text_and_never_as_a_formula(names: tuple[str, ...]) -> None:
    receipts = [an_issued(name) for name in names]
    today = receipts[0].issued_at.date()

    text = "".join(exporting.documents(today - timedelta(days=1), today + timedelta(days=1), names=True))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix(exporting.BYTE_ORDER_MARK), newline="")))
    assert [row["payer"].removeprefix("'") for row in rows] == [printed(name) for name in names]
    assert not any(row["payer"].startswith(exporting.FORMULA) for row in rows)
    assert all(date.fromisoformat(row["issued_on"]) for row in rows)


@pytest.mark.parametrize("name", [*REFUSED.values(), f"Ada{OVERRIDES} Nowak"], ids=[*REFUSED, "overrides"])
def test_what_no_line_can_hold_is_made_one_line_that_can_be_stored(name: str) -> None:
    receipt = an_issued(name)

    assert len(told(receipt)) <= 500
    assert told(receipt) == printed(told(receipt))
    assert not set(told(receipt)) & {*OVERRIDES, "\x00", "\u2028", "\ud800"}
