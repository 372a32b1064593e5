"""Who has the link sees the receipt, and nobody else learns anything: not from the answer, not from what others see."""

from __future__ import annotations

import re
import socket
from datetime import timedelta

import pytest
import redis
from django.core import signing
from django.core.cache import cache
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications.models import Message
from payments_service.receipting import links
from receipts.models import Receipt
from scripts.embedded import free_port
from servicekit.pages import limits
from tests.builders import a_receipt
from tests.page_answers import GUESTS, is_private, lets_in_its_own_style_alone, seen_of
from tests.receipting import pages

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("page", "page_pdf", "pdf")
VERY_OLD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def _nobody_was_here() -> None:
    """Links count anew in each test."""
    cache.clear()


def wrong_tokens(receipt: Receipt, name: str, *, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Tokens that aren't good for this view, by what is wrong with them."""
    kind, other = pages.kind_of(name), a_receipt(payment_intent_id="pi_other", charge_id="ch_other")
    good, others = links.token_of(receipt, kind=kind), links.token_of(other, kind=kind)
    reference, signature = links.reference_of(receipt), others.rpartition(":")[2]
    return {
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "cut off": good[:-5],
        "no signature": reference,
        "another's signature": f"{good.rpartition(':')[0]}:{signature}",
        "another's document": good.replace(reference, links.reference_of(other)),
        "another key": signing.TimestampSigner(key="visibly-fake", salt=f"receipting.links.{kind}").sign(reference),
        "another salt": links.token_of(receipt, kind=links.PAGE if kind == links.PDF else links.PDF),
        "expired": pages.aged(receipt, kind, VERY_OLD, monkeypatch=monkeypatch),
        "no such document": links.signer(kind).sign("999999-0123456789abcdef"),
        "not a token": "żółw",
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_whatever_is_wrong_with_a_token_the_answer_is_the_same_byte_for_byte(
    name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = a_receipt()
    tokens = wrong_tokens(receipt, name, monkeypatch=monkeypatch)

    answers = {
        what: seen_of(pages.a_browser().generic(method, pages.paths_of(receipt, token)[name]))
        for what, token in tokens.items()
    }

    first = answers["forged"]
    assert first[0] == (202 if method == "POST" else 404)
    assert {what for what, answer in answers.items() if answer != first} == set()
    assert receipt.number.encode() not in first[1]


def test_who_asks_for_a_fresh_link_with_a_good_one_gets_the_answer_that_all_get() -> None:
    receipt = a_receipt()

    good, forged = (
        seen_of(pages.a_browser().post(path))
        for path in (pages.page_of(receipt), pages.paths_of(receipt, "forged")["page"])
    )

    assert good == forged


def test_the_answer_offers_a_fresh_link_and_says_whom_to_ask(settings: Settings) -> None:
    settings.CLINIC_PHONE, settings.CLINIC_REPLY_TO = "+48 22 555 01 00", "Front desk <desk@clinic.example>"

    text = pages.text_of("/r/forged")

    assert "This link does not work" in text
    assert '<form method="post">' in text
    assert "Send me a new link" in text
    assert 'href="tel:+48225550100"' in text
    assert 'href="mailto:desk@clinic.example"' in text


def test_a_document_of_another_payment_is_not_given_below_a_good_token() -> None:
    receipt = a_receipt()
    other = a_receipt(payment_intent_id="pi_other", charge_id="ch_other")
    path = pages.paths_of(receipt)["page_pdf"]

    given = pages.get(path.replace(receipt.number, other.number))
    made_up = pages.get(path.replace(receipt.number, "R-2000-000001"))

    assert given.status_code == 404
    assert seen_of(given) == seen_of(made_up) == seen_of(pages.get("/r/forged"))


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_kept_nowhere_indexed_nowhere_and_told_to_nobody(name: str) -> None:
    good = pages.get(pages.paths_of(a_receipt())[name])
    wrong = pages.get(pages.paths_of(Receipt.objects.get(), "forged")[name])

    assert (good.status_code, wrong.status_code) == (200, 404)
    assert is_private(good)
    assert is_private(wrong)


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    receipt = a_receipt()
    answers = [pages.get(pages.page_of(receipt)), pages.get("/r/forged"), pages.a_browser().post("/r/forged")]

    assert all(lets_in_its_own_style_alone(answer) for answer in answers)
    assert not any(GUESTS.search(answer.content.decode()) for answer in answers)


@pytest.mark.parametrize("name", NAMES)
def test_head_is_answered_like_get_without_a_body(name: str) -> None:
    path = pages.paths_of(a_receipt())[name]

    head, got = pages.a_browser().head(path), pages.get(path)

    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert seen_of(head)[2] == seen_of(got)[2]


@pytest.mark.parametrize("name", ["page", "pdf"])
def test_a_last_slash_does_not_matter(name: str) -> None:
    assert pages.get(f"{pages.paths_of(a_receipt())[name]}/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_before_the_token_is_read(method: str) -> None:
    good = pages.a_browser().generic(method, pages.page_of(a_receipt()))
    forged = pages.a_browser().generic(method, "/r/forged")

    assert seen_of(good) == seen_of(forged)
    assert good.status_code == 405


def test_a_link_that_a_machine_opens_again_and_again_is_told_to_wait_and_other_links_are_not() -> None:
    receipt, other = a_receipt(), a_receipt(payment_intent_id="pi_other", charge_id="ch_other")

    statuses = [pages.get(pages.page_of(receipt)).status_code for _ in range(limits.LOOKS[0] + 1)]

    assert statuses == [200] * limits.LOOKS[0] + [429]
    assert pages.get(pages.page_of(other)).status_code == 200


@pytest.mark.parametrize("listens", [False, True], ids=["gone", "silent"])
def test_while_redis_is_away_everybody_is_served(settings: Settings, listens: bool) -> None:
    path = pages.page_of(a_receipt())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if listens else free_port()
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{port}/0"}}

        with capture_logs() as lines:
            shown = pages.get(path)

    assert shown.status_code == 200
    assert [line["event"] for line in lines] == ["rate_not_counted"]


def test_redis_and_the_log_hear_no_token(settings: Settings) -> None:
    receipt = a_receipt(email="ada@patient.example")
    token = links.token_of(receipt, kind=links.PAGE)

    with capture_logs() as lines:
        pages.get(pages.paths_of(receipt, token)["page"])
        pages.a_browser().post(pages.paths_of(receipt, token)["page"])

    keys = [key.decode() for key in redis.Redis.from_url(settings.REDIS_URL).scan_iter("*link:*")]
    assert len(keys) == 2
    assert len(lines) > 0
    assert not re.search(f"{token.rpartition(':')[2]}|ada", f"{keys} {lines}")
    assert Message.objects.filter(about=f"{receipt.number}:link").count() == 1
