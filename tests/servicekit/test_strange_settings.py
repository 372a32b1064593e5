"""Settings as somebody may mistype them: a value, or a sentence that says what is expected; never a crash."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from servicekit import environment, lanes
from tests.spoiling import parsed, texts

addresses = st.from_regex(
    r"(https?|redis|unix|smtp|console|submission)?:?/{0,2}[\[\]@:%#?&=a-z0-9.]{0,20}", fullmatch=True
)
RULES: dict[str, Callable[[Any], None]] = {
    name: getattr(environment, name)
    for name in (
        *("time_zone", "filled", "secret_key", "web_address", "redis_address", "country", "rate", "log_level"),
        *("locale", "bucket_name", "colour", "readable_file", "email_address"),
    )
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(text=texts | addresses)
@example(text="http://[")
@example(text="https://")
@example(text="redis://[::1")
@example(text="smtp://mail.clinic.example:submission")
@example(text="smtp://mail.clinic.example:587/?timeout=soon")
@example(text="\x00")
def test_any_text_is_taken_or_refused_with_what_is_expected(rule: Callable[[Any], None], text: str) -> None:
    _, sentence = parsed(rule, text, refusal=ValidationError)
    _, of_another = parsed(rule, "\x00 something else", refusal=ValidationError)

    assert len(text) < 8 or text not in sentence or text in of_another  # which gives an example of its own


@given(texts_of_list=st.lists(texts, max_size=3))
@pytest.mark.parametrize("rule", [environment.webhook_secret, environment.long_tokens(unless=False)])
def test_any_list_of_secrets_is_taken_or_refused_without_being_quoted(
    rule: Callable[[Any], None], texts_of_list: list[str]
) -> None:
    _, sentence = parsed(rule, texts_of_list, refusal=ValidationError)

    assert not any(len(text) > 16 and text in sentence for text in texts_of_list)


@given(url=addresses)
@example(url="smtp://mail.clinic.example:587/?ssl=perhaps&timeout=soon")
def test_an_address_of_a_mail_server_is_read_or_named_when_the_environment_is_sealed(url: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EMAIL_URL", url)
        env = environment.reader()
        found = environment.email(env, "EMAIL_URL", default="console://")

    _, sentence = parsed(environment.seal, env, refusal=ImproperlyConfigured)

    assert bool(found.get("EMAIL_BACKEND")) != ("EMAIL_URL" in sentence)


@given(
    name=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    queues=st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), min_size=1, max_size=4),
    pool=st.sampled_from(["prefork", "threads", "solo"]),
    concurrency=st.integers(1, 9999),
    yielding=st.booleans(),
)
def test_a_lane_is_read_as_it_is_written(
    name: str, queues: list[str], pool: str, concurrency: int, yielding: bool
) -> None:
    lane = lanes.parsed(f"{name}={','.join(queues)}:{pool}:{concurrency}{':yielding' * yielding}")

    assert lane == lanes.Lane(name, tuple(queues), pool, concurrency, yielding)


@given(text=texts | st.from_regex(r"[a-z=,:]{0,20}(threads|prefork):[0-9٠-٩]{0,6}", fullmatch=True))
def test_any_other_text_is_a_lane_or_refused_with_an_example(text: str) -> None:
    lane, sentence = parsed(lanes.parsed, text, refusal=ArgumentTypeError)

    assert lane or "email:threads:32" in sentence
