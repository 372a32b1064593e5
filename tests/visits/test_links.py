"""Who has the link may act, and nobody else learns anything: not from the answer, not from what others see of it."""

from __future__ import annotations

import re
import socket

import pytest
import redis
from django.core import signing
from django.core.cache import cache
from pytest_django import Settings
from structlog.testing import capture_logs

from scripts.embedded import free_port
from servicekit.pages import limits
from tests.page_answers import GUESTS, is_private, lets_in_its_own_style_alone, seen_of
from tests.visits import pages
from tests.visits.builders import a_visit
from visits_service.reminders import links
from visits_service.reminders.models import Answer
from visits_service.visits.models import OptOut, Visit

pytestmark = pytest.mark.django_db
ALL = pages.VISIT_PAGES + pages.PATIENT_PAGES


@pytest.fixture(autouse=True)
def _nobody_was_here() -> None:
    """Links count anew in each test."""
    cache.clear()


def kind_of(name: str) -> str:
    """What a page's token stands for."""
    return links.VISIT if name in pages.VISIT_PAGES else links.PATIENT


def wrong_tokens(visit: Visit, name: str, *, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Tokens that aren't good for this page, by what is wrong with them."""
    reference = visit.reference if kind_of(name) == links.VISIT else visit.patient.reference
    good = links.token_of(reference, kind=kind_of(name))
    other_kind = links.PATIENT if kind_of(name) == links.VISIT else links.VISIT
    with monkeypatch.context() as past:
        past.setattr("django.core.signing.time.time", lambda: 1_700_000_000.0)
        expired = links.token_of(reference, kind=kind_of(name))
    return {
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "no signature": reference,
        "another key": signing.TimestampSigner(key="visibly-fake", salt=f"links.{kind_of(name)}").sign(reference),
        "another kind": links.token_of(reference, kind=other_kind),
        "expired": expired,
        "unknown": links.token_of("nobody-nobody-no", kind=kind_of(name)),
        "not a token": "żółw",
    }


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whatever_is_wrong_with_a_token_the_answer_is_the_same_byte_for_byte(
    name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = a_visit()
    tokens = wrong_tokens(visit, name, monkeypatch=monkeypatch)

    answers = {
        what: seen_of(pages.a_browser().generic(method, links.path(name, token))) for what, token in tokens.items()
    }

    first = answers["forged"]
    assert first[0] == 404
    assert b"This link does not work" in first[1]
    assert {what for what, answer in answers.items() if answer != first} == set()
    assert not OptOut.objects.exists()
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_kept_nowhere_indexed_nowhere_and_told_to_nobody(name: str) -> None:
    visit = a_visit()
    answer = pages.get(dict(zip(ALL, pages.paths_of(visit), strict=True))[name])

    assert is_private(answer)
    assert lets_in_its_own_style_alone(answer)


@pytest.mark.parametrize("name", ALL)
def test_a_page_loads_nothing_and_runs_nothing(name: str) -> None:
    text = pages.text_of(dict(zip(ALL, pages.paths_of(a_visit()), strict=True))[name])

    assert not GUESTS.search(text)


def test_an_address_names_nobody() -> None:
    visit = a_visit()

    for path in pages.paths_of(visit):
        assert not re.search("ada|nowak|601|patient|visit-1|warsaw", path, re.IGNORECASE)


@pytest.mark.parametrize("name", ALL)
def test_a_last_slash_does_not_matter(name: str) -> None:
    path = dict(zip(ALL, pages.paths_of(a_visit()), strict=True))[name]

    assert pages.get(f"{path}/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_before_the_token_is_read(method: str) -> None:
    good = pages.a_browser().generic(method, pages.page_of(a_visit()))
    forged = pages.a_browser().generic(method, links.path("visit_page", "forged"))

    assert seen_of(good) == seen_of(forged)
    assert good.status_code == 405


def test_a_link_that_a_machine_uses_is_told_to_wait_and_other_links_are_not() -> None:
    visit, other = a_visit(), a_visit("visit-2")

    statuses = [pages.confirm(visit).status_code for _ in range(limits.DEEDS[0] + 1)]

    assert statuses == [303] * limits.DEEDS[0] + [429]
    assert pages.get(pages.page_of(visit)).status_code == 200
    assert pages.confirm(other).status_code == 303


def test_looking_is_limited_too() -> None:
    path = pages.page_of(a_visit())

    statuses = [pages.get(path).status_code for _ in range(limits.LOOKS[0] + 1)]

    assert statuses == [200] * limits.LOOKS[0] + [429]


@pytest.mark.parametrize("listens", [False, True], ids=["gone", "silent"])
def test_while_redis_is_away_everybody_is_served(settings: Settings, listens: bool) -> None:
    visit = a_visit()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if listens else free_port()
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{port}/0"}}

        with capture_logs() as lines:
            confirmed = pages.confirm(visit)

    assert confirmed.status_code == 303
    assert [line["event"] for line in lines] == ["rate_not_counted"]


def test_redis_hears_no_name_and_no_token(settings: Settings) -> None:
    visit = a_visit()
    path = pages.page_of(visit)

    pages.get(path)

    keys = [key.decode() for key in redis.Redis.from_url(settings.REDIS_URL).scan_iter("*link:*")]
    assert len(keys) == 1
    assert pages.token_of(visit.reference, links.VISIT).rpartition(":")[2] not in keys[0]
