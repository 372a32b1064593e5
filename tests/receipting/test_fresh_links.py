"""Whoever holds a link that was once good gets a fresh one: at the address on record, once in an hour, nowhere else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from pytest_django import Settings

from notifications import delivery
from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import links, renewing, selectors
from receipts.models import Receipt
from servicekit.pages import limits
from tests.builders import a_receipt, finish
from tests.page_answers import seen_of
from tests.receipting import pages
from tests.receipting.paid_visits import a_paid_visit, refund

pytestmark = pytest.mark.django_db(transaction=True)
TEN = datetime(2026, 11, 25, 10, 5, tzinfo=UTC)
HOLDER = "ada@patient.example"


@pytest.fixture(autouse=True)
def _nobody_was_here() -> None:
    """Links count anew in each test."""
    cache.clear()


def fresh_links(receipt: Receipt) -> list[Message]:
    """The letters that bring a new link."""
    return list(Message.objects.filter(about=f"{receipt.number}:link").order_by("pk"))


def ask(path: str) -> tuple[int, bytes, dict[str, str]]:
    """Press the button on the page that an old link leads to."""
    return seen_of(pages.a_browser().post(path))


def link_in(letter: Message) -> str:
    """The path of the link that a letter brings."""
    [found] = re.findall(r"https://payments\.clinic\.example(/r/\S+)", letter.text)
    return str(found)


@pytest.mark.parametrize("name", ["page", "page_pdf", "pdf"])
def test_an_expired_link_brings_a_fresh_one_to_the_address_on_record(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = a_receipt(email=HOLDER)
    old = pages.aged(receipt, pages.kind_of(name), timedelta(days=1000), monkeypatch=monkeypatch)
    path = pages.paths_of(receipt, old)[name]

    closed, asked = pages.get(path).status_code, ask(path)[0]

    [letter] = fresh_links(receipt)
    assert (closed, asked) == (404, 202)
    assert (letter.to, letter.attachments, letter.state) == (HOLDER, [], "queued")
    assert pages.get(link_in(letter)).status_code == 200


def test_what_the_asker_sends_along_changes_nothing() -> None:
    receipt = a_receipt(email=HOLDER)

    pages.a_browser().post(pages.page_of(receipt), {"to": "eve@example.com", "email": "eve@example.com"})

    assert {message.to for message in Message.objects.all()} == {HOLDER}


def test_asked_again_in_the_same_hour_nothing_more_is_sent_and_the_answer_is_the_same() -> None:
    receipt = a_receipt(email=HOLDER)

    ids = {renewing.send_fresh_link(receipt, now=TEN + timedelta(minutes=minute)) for minute in (0, 10, 54)}
    later = renewing.send_fresh_link(receipt, now=TEN + timedelta(minutes=55))

    assert len(ids) == 1
    assert [letter.pk for letter in fresh_links(receipt)] == [*ids, later]


def test_however_often_a_machine_asks_the_answer_is_the_same_and_one_letter_goes_out() -> None:
    receipt = a_receipt(email=HOLDER)
    path = pages.page_of(receipt)

    answers = [ask(path) for _ in range(limits.DEEDS[0] + 2)]

    assert all(answer == answers[0] for answer in answers)
    assert len(fresh_links(receipt)) in (1, 2), "two, when the hour ends in between"


@pytest.mark.parametrize("email", [None, "not an address"])
def test_without_an_address_nothing_is_sent_and_the_answer_does_not_tell(email: str | None) -> None:
    receipt = a_receipt(email=email)

    answer = ask(pages.page_of(receipt))

    assert answer == ask("/r/forged")
    assert fresh_links(receipt) == []


def test_a_token_that_was_never_ours_sends_nothing() -> None:
    receipt = a_receipt(email=HOLDER)
    good = links.token_of(receipt, kind=links.PAGE)
    before = Message.objects.count()

    for token in (good[:-2], links.reference_of(receipt), links.token_of(receipt, kind=links.PDF), "x"):
        ask(pages.paths_of(receipt, token)["page"])

    assert Message.objects.count() == before


def test_the_link_of_a_refund_brings_the_page_of_its_payment_and_counts_with_the_receipts() -> None:
    payment, charge = a_paid_visit(email=HOLDER)
    receipt, document = finish(payment), refund(charge, 3_000)

    ids = {renewing.send_fresh_link(each, now=TEN) for each in (receipt, document)}

    assert len(ids) == 1
    [letter] = fresh_links(receipt)
    assert document.number in pages.text_of(link_in(letter))


def test_a_fresh_link_leaves_the_state_of_the_receipt_alone() -> None:
    payment, _ = a_paid_visit(email=None)
    receipt = finish(payment)
    before = selectors.delivery_of(receipt).status
    Payment.objects.update(email=HOLDER)

    renewing.send_fresh_link(receipt, now=TEN)

    assert before == selectors.delivery_of(receipt).status == selectors.NO_RECIPIENT


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("en", "Your new link to receipt"),
        ("de", "Ihr neuer Link zum Zahlungsbeleg"),
        ("pl", "Nowy link do potwierdzenia"),
        ("ar", "رابطك الجديد"),
    ],
)
def test_the_letter_is_short_has_no_attachment_and_speaks_the_patients_language(
    settings: Settings, locale: str, subject: str
) -> None:
    settings.CLINIC_LOCALE = locale
    receipt = a_receipt(email=HOLDER)

    message_id = renewing.send_fresh_link(receipt, now=TEN)

    [letter] = fresh_links(receipt)
    assert letter.pk == message_id
    assert letter.subject.startswith(subject)
    assert (letter.language, letter.attachments) == (locale, [])
    assert len(letter.text.splitlines()) < 20
    assert "{" not in letter.text + letter.subject
    assert link_in(letter) in letter.html


def test_it_is_delivered_like_any_letter() -> None:
    receipt = a_receipt(email=HOLDER)
    ask(pages.page_of(receipt))
    [letter] = fresh_links(receipt)

    delivery.deliver(letter.pk)

    assert Message.objects.get(pk=letter.pk).state == "sent"
