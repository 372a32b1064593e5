"""The door as it is served: many at once, and while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from payments_service.webhooks.models import StripeEvent
from scripts.embedded import free_port
from tests import processes
from tests.builders import WEBHOOK, signed
from tests.stripe_events import Payload, a_charge, an_event, body_of
from tests.webhooks.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, THREADS, PIECE = 50, 16, 1000


@pytest.fixture(scope="module")
def relay(django_db_setup: None) -> Iterator[Relay]:
    """The road by which gunicorn reaches the database."""
    with Relay() as road:
        yield road


@pytest.fixture(scope="module")
def url(relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The webhook's address at a gunicorn with several workers and threads."""
    log, port = tmp_path_factory.mktemp("web") / "web.log", free_port()
    many = {"GUNICORN_CMD_ARGS": "--workers 2 --threads 8", "DATABASE_URL": relay.url}
    with processes.web(log, port=port, **many):
        yield f"http://127.0.0.1:{port}{WEBHOOK}"


def post(url: str, event: Payload) -> requests.Response:
    """Post an event over the network."""
    body = body_of(event)
    headers = {"Stripe-Signature": signed(body), "Content-Type": "application/json"}
    return requests.post(url, body, headers=headers, timeout=30, allow_redirects=False)


def statuses_until_kept(url: str, event: Payload) -> list[int]:
    """Post an event until it is taken, as Stripe does; what came before the 200."""
    before = []
    while (status := post(url, event).status_code) != 200:
        before.append(status)
        assert len(before) < 50
    return before


def test_fifty_posts_of_one_event_at_once_are_all_answered_and_make_one_row(url: str) -> None:
    event = an_event("charge.succeeded", a_charge())

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda _: post(url, event), range(AT_ONCE)))

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert StripeEvent.objects.get().stripe_id == event["id"]


def test_fifty_different_events_at_once_are_all_kept(url: str) -> None:
    events = [an_event("charge.succeeded", a_charge()) for _ in range(AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda event: post(url, event), events))

    assert {answer.status_code for answer in answers} == {200}
    assert StripeEvent.objects.count() == AT_ONCE


def test_with_the_database_away_stripe_is_asked_to_come_again(url: str, relay: Relay) -> None:
    event = an_event("charge.succeeded", a_charge())
    assert post(url, an_event("charge.succeeded", a_charge())).status_code == 200

    relay.close()
    away = [post(url, event) for _ in range(20)]
    relay.open()
    back = processes.eventually(lambda: [answer for answer in [post(url, event)] if answer.status_code == 200])

    assert {(answer.status_code, answer.content) for answer in away} == {(503, b"")}
    assert back[0].content == b""
    assert StripeEvent.objects.filter(stripe_id=event["id"]).count() == 1


def test_a_connection_that_the_database_dropped_costs_each_thread_at_most_one_answer(url: str, relay: Relay) -> None:
    events = [an_event("charge.succeeded", a_charge()) for _ in range(10)]
    assert post(url, events[0]).status_code == 200

    relay.close()
    relay.open()
    refused = [status for event in events for status in statuses_until_kept(url, event)]

    assert set(refused) <= {503}
    assert len(refused) <= THREADS
    assert StripeEvent.objects.count() == len(events)


def test_an_event_that_a_proxy_passes_on_in_chunks_is_kept_as_it_was_signed(url: str) -> None:
    body = body_of(an_event("charge.succeeded", a_charge(name="Zoë")))

    answer = post_in_chunks(url, body)

    assert (answer.status_code, answer.content) == (200, b"")
    assert StripeEvent.objects.get().body.encode() == body


def test_chunks_may_not_add_up_to_more_than_a_body_may_have(url: str) -> None:
    body = b" " * (1024 * 1024 + 1)

    answer = post_in_chunks(url, body)

    assert (answer.status_code, answer.content) == (413, b"")
    assert not StripeEvent.objects.exists()


def post_in_chunks(url: str, body: bytes) -> requests.Response:
    """Post a body in chunks, its length unsaid; requests does that for a generator."""
    pieces = (body[start : start + PIECE] for start in range(0, len(body), PIECE))
    return requests.post(url, pieces, headers={"Stripe-Signature": signed(body)}, timeout=30)


def test_a_stranger_learns_nothing_from_a_body_that_is_too_large(url: str) -> None:
    body = b" " * (1024 * 1024 + 1)

    answer = requests.post(url, body, headers={"Stripe-Signature": signed(body)}, timeout=30)

    assert (answer.status_code, answer.content) == (413, b"")
    assert not StripeEvent.objects.exists()
