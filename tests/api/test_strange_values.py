"""What a caller may send in the place of a rate, a day, an address or a key: taken, or refused at once and unquoted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notifications import fields as addresses
from payments_service.payments import schemas
from servicekit import expectations, fields
from tests.api.test_checkouts import open_checkout, with_value
from tests.spoiling import parsed, soon, texts

PARSERS: dict[str, Callable[[str], Any]] = {
    "rate": schemas.percentage,
    "day": schemas.iso_day,
    "currency": schemas.currency,
    "account": schemas.account,
    "web address": schemas.web_address,
    "email address": addresses.address,
    "line": fields.one_line,
    "locale": fields.known_locale,
}
numbers = st.from_regex(r"[0-9٠-٩]{0,5}[.,]?[0-9]{0,5}([eE][+-]?[0-9]{1,9})?", fullmatch=True)
urls = st.from_regex(r"https?:/{0,2}[\[\]@:%#?a-z0-9.]{0,20}", fullmatch=True)


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@given(text=texts | numbers | urls | st.emails())
@example(text="0E+999999999")
@example(text="٢٣")
@example(text="https://[")
@example(text="a@" + "x." * 120 + "example")
@example(text="a" * 250 + "@")
def test_any_text_is_taken_or_refused_at_once_without_being_quoted(parser: Callable[[str], Any], text: str) -> None:
    _, sentence = parsed(parser, text)

    assert not sentence or sentence.startswith("expected")
    assert len(text) < 12 or text not in sentence


@given(rate=st.decimals(0, 100, places=4))
def test_a_rate_is_kept_as_it_was_written(rate: Decimal) -> None:
    assert Decimal(schemas.percentage(f"{rate:f}")) == rate


@given(day=st.dates())
def test_a_day_is_kept_as_it_was_written(day: date) -> None:
    assert schemas.iso_day(day.isoformat()) == day.isoformat()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("lines.0.tax_rate", rate) for rate in ("0E+999999999", "1e400", "٢٣", "NaN", "-0", "23%", "0x17")),
        *(("service.date", day) for day in ("٢٠٢٦-11-20", "2026-02-30", "0000-01-01")),
        *(("patient.email", mailbox) for mailbox in ("marker@", "marker@-", "marker@a..example", "a" * 5_000)),
        ("success_url", "https://[marker"),
        ("currency", "ＥＵＲ"),
    ],
)
def test_the_door_refuses_it_at_once_by_the_name_of_its_field(api: Client, path: str, value: str) -> None:
    with soon():
        answer = open_checkout(api, with_value(path, value))

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, path)
    assert value not in error["message"]


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(key=st.text(st.characters(max_codepoint=255), max_size=120))
def test_any_key_of_a_repeat_is_taken_or_refused_by_its_name(api: Client, key: str) -> None:
    answer = open_checkout(api, {}, key=key)

    refused = {error["field"] for error in answer.json()["errors"]}
    fits = 0 < len(key) <= 100 and key.isascii() and key.isprintable() and " " not in key
    assert answer.status_code == 422
    assert ("Idempotency-Key" in refused) != fits, expectations.VISIBLE
