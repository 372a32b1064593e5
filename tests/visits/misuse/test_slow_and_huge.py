"""Slow and huge requests at the service as it is served: others are answered meanwhile, too much is refused early."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlencode

import pytest
import requests

from tests import slow_and_huge
from tests.asking import HEADERS
from tests.served import served
from tests.slow_and_huge import TOO_MUCH, WHILE_SILENT, WHILE_SLOW
from tests.visits import twilio
from tests.visits.booking.bodies import VISITS, a_body
from visits_service.reminders.models import Answer
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
BATCH = f"{VISITS}:batch"
SMS = [twilio.INBOUND, twilio.STATUS]
SLOW = slow_and_huge.slow_heads(twilio.INBOUND)


@pytest.fixture(scope="module")
def url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on one worker of two threads."""
    with served(tmp_path_factory.mktemp("web"), service="visits") as address:
        yield address


def by_twilio(body: bytes) -> Mapping[str, str]:
    """The headers that make a form Twilio's, at the door of incoming messages."""
    form = {name: values[0] for name, values in parse_qs(body.decode(errors="replace"), keep_blank_values=True).items()}
    return {"X-Twilio-Signature": twilio.signature(form), "Content-Type": twilio.FORM_TYPE}


def test_connections_that_say_nothing_keep_nobody_waiting(url: str) -> None:
    assert slow_and_huge.waited_beside_silence(url) < WHILE_SILENT


@pytest.mark.parametrize("head", SLOW.values(), ids=SLOW)
def test_requests_that_trickle_in_keep_others_waiting_no_longer_than_they_may_take(url: str, head: bytes) -> None:
    assert slow_and_huge.waited_beside(url, head) < WHILE_SLOW


@pytest.mark.parametrize("path", [BATCH, *SMS])
def test_a_body_that_is_announced_as_huge_is_refused_before_it_is_sent(url: str, path: str) -> None:
    assert slow_and_huge.announced(url, path) == 413


def test_too_many_and_too_long_headers_are_refused(url: str) -> None:
    assert slow_and_huge.too_large_heads(url) <= TOO_MUCH
    assert requests.get(f"{url}/healthz", timeout=30).status_code == 200


def test_nesting_without_end_is_refused(url: str) -> None:
    assert slow_and_huge.nested(url, BATCH) in (400, 422)


def test_nobody_unpacks_what_comes_compressed(url: str) -> None:
    assert slow_and_huge.compressed(url, BATCH) in (400, 422)
    assert slow_and_huge.compressed(url, twilio.INBOUND, signed=by_twilio) == 403


def test_a_form_of_very_many_fields_is_refused_although_it_is_signed(url: str) -> None:
    body = urlencode(twilio.a_text() | {f"Field{number}": "x" for number in range(1_000)}).encode()

    answer = requests.post(url + twilio.INBOUND, body, headers=by_twilio(body), timeout=30)

    assert answer.status_code == 403
    assert not Answer.objects.exists()


def test_after_all_of_it_both_doors_are_open(url: str) -> None:
    text = urlencode(twilio.a_text("hello")).encode()

    told = requests.post(url + twilio.INBOUND, text, headers=by_twilio(text), timeout=30)
    saved = requests.put(f"{url}{VISITS}/visit-1", json.dumps(a_body()), headers=HEADERS, timeout=30)

    assert (told.status_code, saved.status_code) == (200, 201)
    assert Answer.objects.get().text == "hello"
    assert Visit.objects.get().external_id == "visit-1"
