"""Whatever comes back from Stripe's address, its API's neighbours hear an object, TryLater or GiveUp."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from payments_service.payments import stripe_api, stripe_lists
from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests import spoiling
from tests.spoiling import often

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CHARGE = {"id": "ch_1", "object": "charge", "amount": 100}
ANSWERED = {"object": "list", "has_more": False, "data": [CHARGE]}
ERROR = {"error": {"code": "resource_missing", "type": "invalid_request_error", "message": "None", "param": "id"}}
CALLS: dict[str, Callable[[], Any]] = {
    "an object": lambda: stripe_api.charge("ch_1"),
    "a list": lambda: stripe_api.refunds_of("ch_1"),
    "the first of a list": lambda: stripe_api.session_of("pi_1"),
    "a page": lambda: list(stripe_lists.charges(since=NOON, until=NOON)),
    "a new session": lambda: stripe_api.create_session({}, idempotency_key="chk_1"),
}
bodies = st.one_of(
    st.binary(max_size=50),
    *[spoiling.bodies(each, json.dumps(each).encode()) for each in (ANSWERED, CHARGE, ERROR)],
)


@pytest.fixture(autouse=True)
def _a_key_and_no_patience(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stripe is asked once, and nobody waits between two tries."""
    settings.STRIPE_API_KEY = "sk_test_visibly_fake"
    monkeypatch.setattr(stripe_api, "RETRIES", 0)
    monkeypatch.setattr(stripe_lists, "TRIES", 1)
    stripe_api.client.cache_clear()
    yield
    stripe_api.client.cache_clear()


def outcome(call: Callable[[], Any], *, status: int, body: bytes) -> Any:
    """What a call gives, or the failure that it raises."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        for method in (responses.GET, responses.POST):
            network.add(method, re.compile(".*"), body=body, status=status)
        try:
            return call()
        except ProviderFailure as failure:
            return failure


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@often(0.5)
@given(status=st.sampled_from([200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 503]), body=bodies)
def test_any_answer_is_objects_or_a_failure_with_a_name(call: Callable[[], Any], status: int, body: bytes) -> None:
    found = outcome(call, status=status, body=body)

    objects = found if isinstance(found, list) else [found]
    assert found is None or all(isinstance(each, TryLater | GiveUp) or each["id"] for each in objects)


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b"\xff\xfe", b"[]", b"null", b"{}", b'{"id": 1}'])
@pytest.mark.parametrize("status", [200, 302])
def test_a_page_that_is_not_stripes_word_is_no_reason_to_give_up(status: int, body: bytes) -> None:
    found = outcome(CALLS["an object"], status=status, body=body)

    assert isinstance(found, TryLater)
    assert found.code in (stripe_api.UNCLEAR, f"stripe_{status}")
