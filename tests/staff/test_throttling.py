"""Guessing passwords at the admin is slowed down, without closing it to the people who work there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from servicekit import client_address
from staff.configuration import PER_ADDRESS, PER_NAME
from staff.models import AccessRecord
from tests.staff.desk import a_browser, a_login, sign_in

pytestmark = pytest.mark.django_db
ELSEWHERE = "198.51.100.9"


@pytest.fixture
def grace() -> User:
    """Whose password somebody guesses."""
    return a_login("grace")


def guess(times: int, *, name: str = "grace", address: str = ELSEWHERE) -> list[Any]:
    """The answers to so many wrong passwords."""
    return [sign_in(a_browser(address), name, f"wrong-{number}") for number in range(times)]


def test_the_fifth_wrong_password_closes_the_name_for_that_address(grace: User) -> None:
    answers = guess(PER_NAME)

    assert [answer.status_code for answer in answers] == [200] * (PER_NAME - 1) + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 15 * 60
    assert "try again in 15 minutes" in answers[-1].content.decode()
    assert "unsafe" not in answers[-1]["Content-Security-Policy"]


def test_then_even_the_right_password_is_refused_there_and_taken_elsewhere(grace: User) -> None:
    guess(PER_NAME)

    there, here = sign_in(a_browser(ELSEWHERE)), sign_in(a_browser())

    assert (there.status_code, here.status_code) == (429, 302)


def test_it_opens_again_after_a_quarter_of_an_hour_however_often_it_was_tried_meanwhile(grace: User) -> None:
    guess(PER_NAME + 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert sign_in(a_browser(ELSEWHERE)).status_code == 302


def test_an_address_that_guesses_at_many_names_is_closed_for_all_of_them(grace: User) -> None:
    AccessAttempt.objects.create(ip_address=ELSEWHERE, username="others", failures_since_start=PER_ADDRESS - 1)

    [answer] = guess(1, name="one-more")

    assert answer.status_code == 429
    assert sign_in(a_browser(ELSEWHERE)).status_code == 429


def test_a_login_of_ones_own_does_not_open_the_address_for_more_guesses(grace: User) -> None:
    AccessAttempt.objects.create(ip_address=ELSEWHERE, username="others", failures_since_start=PER_ADDRESS - 2)
    guess(1)

    assert sign_in(a_browser(ELSEWHERE)).status_code == 302
    assert guess(1, name="one-more")[0].status_code == 200
    assert guess(1, name="another")[0].status_code == 429


def test_neither_names_nor_passwords_reach_the_logs_and_no_password_the_database(
    grace: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    guess(PER_NAME)

    kept = str(AccessAttempt.objects.values_list()) + str(AccessRecord.objects.values_list())
    assert "wrong-" not in kept + caplog.text
    assert "grace" not in caplog.text
    assert ELSEWHERE not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.1", "10.0.0.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "made-up, 203.0.113.1", "203.0.113.1"),
        (2, "198.51.100.1, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "10.0.0.1"),
        (1, "not-an-address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "2001:DB8::0001", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")

    assert client_address.of(request) == address
