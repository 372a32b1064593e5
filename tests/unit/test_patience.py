"""How long a letter's worker is waited for follows from the time-out of a single step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import patience


@pytest.mark.parametrize(("seconds", "soft", "hard", "lease"), [(20, 100, 150, 300), (5, 25, 38, 75), (1, 20, 30, 60)])
def test_a_faster_mail_server_frees_the_letters_of_a_dead_worker_sooner(
    seconds: float, soft: int, hard: int, lease: float
) -> None:
    found = patience.for_steps_of(seconds)

    assert found == patience.Patience(soft, hard, timedelta(seconds=lease))


@given(st.floats(min_value=0.1, max_value=60))
def test_a_lease_always_outlives_the_longest_dialogue_and_the_hard_limit(seconds: float) -> None:
    connect, tls, login, letter = 2, 4, 2, 5

    found = patience.for_steps_of(seconds)

    assert found.soft < found.hard < found.lease.total_seconds()
    assert (connect + tls + login + letter) * seconds < found.lease.total_seconds()
