"""Slow and huge requests at the service as it is served: others are answered meanwhile, too much is refused early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import requests

from payments_service.webhooks.models import StripeEvent
from tests import slow_and_huge
from tests.builders import WEBHOOK, signed
from tests.served import served
from tests.slow_and_huge import TOO_MUCH, WHILE_SILENT, WHILE_SLOW
from tests.stripe_events import body_of, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = [WEBHOOK, "/api/v1/checkouts"]
SLOW = slow_and_huge.slow_heads(WEBHOOK)


@pytest.fixture(scope="module")
def url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on one worker of two threads."""
    with served(tmp_path_factory.mktemp("web")) as address:
        yield address


def by_stripe(body: bytes) -> Mapping[str, str]:
    """The header that makes a body Stripe's."""
    return {"Stripe-Signature": signed(body)}


def test_connections_that_say_nothing_keep_nobody_waiting(url: str) -> None:
    assert slow_and_huge.waited_beside_silence(url) < WHILE_SILENT


@pytest.mark.parametrize("head", SLOW.values(), ids=SLOW)
def test_requests_that_trickle_in_keep_others_waiting_no_longer_than_they_may_take(url: str, head: bytes) -> None:
    assert slow_and_huge.waited_beside(url, head) < WHILE_SLOW


@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_is_announced_as_huge_is_refused_before_it_is_sent(url: str, path: str) -> None:
    assert slow_and_huge.announced(url, path) == 413


def test_too_many_and_too_long_headers_are_refused(url: str) -> None:
    assert slow_and_huge.too_large_heads(url) <= TOO_MUCH
    assert requests.get(f"{url}/healthz", timeout=30).status_code == 200


@pytest.mark.parametrize("path", DOORS)
def test_nesting_without_end_is_refused(url: str, path: str) -> None:
    assert slow_and_huge.nested(url, path, signed=by_stripe) in (400, 422)


@pytest.mark.parametrize("path", DOORS)
def test_nobody_unpacks_what_comes_compressed(url: str, path: str) -> None:
    assert slow_and_huge.compressed(url, path, signed=by_stripe) in (400, 422)


def test_after_all_of_it_the_door_is_open(url: str) -> None:
    event = events_of_a_payment()[0]
    body = body_of(event)

    answer = requests.post(url + WEBHOOK, body, headers=by_stripe(body), timeout=30)

    assert answer.status_code == 200
    assert StripeEvent.objects.get().stripe_id == event["id"]
