"""Amounts, by the currency's real exponent and the locale's habits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol
from hypothesis import given
from hypothesis import strategies as st

from receipts import money

EXPONENTS = {**dict.fromkeys(money.ZERO_DECIMAL, 0), **dict.fromkeys(money.THREE_DECIMAL, 3)}
CURRENCIES = [*EXPONENTS, "EUR", "USD", "PLN", "HUF", "TWD", "RSD", "ISK", "UGX"]
LOCALES = ["en", "de", "pl", "ar", "de_CH", "en_IN", "fr", "he", "ja"]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "expected"),
    [
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de", "1.234,50 €"),
        (123450, "EUR", "pl", "1 234,50 €"),
        (123450, "EUR", "ar", "\u200f1,234.50 €"),
        (1234, "JPY", "en", "¥1,234"),
        (1234, "JPY", "de", "1.234 ¥"),
        (1234, "JPY", "pl", "1 234 JPY"),
        (1234, "JPY", "ar", "\u200f1,234 JP¥"),
        (1234500, "KWD", "en", "KWD 1,234.500"),
        (1234500, "KWD", "de", "1.234,500 KWD"),
        (1234500, "KWD", "pl", "1 234,500 KWD"),
        (1234500, "KWD", "ar", "\u200f1,234.500 د.ك.\u200f"),
        (123400, "ISK", "en", "ISK 1,234"),
        (123400, "ISK", "de", "1.234 ISK"),
        (123400, "ISK", "pl", "1 234 ISK"),
        (123400, "ISK", "ar", "\u200f1,234 ISK"),
    ],
)
def test_an_amount_reads_as_the_locale_writes_it(amount: int, currency: str, locale: str, expected: str) -> None:
    text = money.format_amount(amount, currency=currency, locale=locale)

    assert text.replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(("amount", "expected"), [(1250, "12,50 RSD"), (1250000, "12.500,00 HUF"), (-5, "-0,05 €")])
def test_a_currency_charged_in_hundredths_shows_them_even_where_cash_has_none(amount: int, expected: str) -> None:
    currency = {1250: "RSD", 1250000: "HUF", -5: "EUR"}[amount]

    text = money.format_amount(amount, currency=currency, locale="de")

    assert text.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_a_broken_unit_of_a_whole_unit_currency_is_shown_and_not_rounded_away() -> None:
    assert money.format_amount(123450, currency="ISK", locale="en") == "ISK\N{NO-BREAK SPACE}1,234.50"


@given(amount=st.integers(min_value=-(10**12), max_value=10**12), currency=st.sampled_from(CURRENCIES))
def test_whole_units_times_the_exponent_are_the_amount_again(amount: int, currency: str) -> None:
    value = money.to_decimal(amount, currency=currency)

    assert value * 10 ** EXPONENTS.get(currency, 2) == amount


@given(
    amount=st.integers(min_value=-(10**12), max_value=10**12),
    currency=st.sampled_from(CURRENCIES),
    locale=st.sampled_from(LOCALES),
)
def test_the_printed_amount_reads_back_as_the_same_money(amount: int, currency: str, locale: str) -> None:
    text = money.format_amount(amount, currency=currency, locale=locale)

    digits = text.replace(get_group_symbol(locale), "")
    number = "".join(c for c in digits.replace(get_decimal_symbol(locale), "\0") if c.isdecimal() or c == "\0")
    read = Decimal(number.strip("\0").replace("\0", ".")) * (-1 if amount < 0 else 1)
    assert read == Decimal(amount).scaleb(-EXPONENTS.get(currency, 2))
    assert ("-" in text or "\N{MINUS SIGN}" in text) == (amount < 0)


@given(amount=st.integers(min_value=1, max_value=10**9))
def test_the_same_integer_is_a_hundred_times_more_yen_than_euro(amount: int) -> None:
    assert money.to_decimal(amount, currency="JPY") == 100 * money.to_decimal(amount, currency="EUR")
    assert money.to_decimal(amount, currency="KWD") * 10 == money.to_decimal(amount, currency="EUR")


def test_a_locale_may_be_given_as_it_is_or_by_name() -> None:
    assert money.format_amount(100, currency="eur", locale=Locale("de")) == money.format_amount(
        100, currency="EUR", locale="de"
    )
