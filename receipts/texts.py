"""Labels, days, rates and amounts as the patient's language writes them. Pure; what `receipts.document` is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_percent, get_currency_symbol

from receipts import legible, money
from receipts.words import Words


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it labels."""

    label: str
    value: str


def known(*facts: tuple[str, str]) -> tuple[Fact, ...]:
    """Only the facts that have a value."""
    return tuple(Fact(label, value) for label, value in facts if value)


def day(when: date, *, words: Words) -> str:
    """A day in full: "22 November 2026"."""
    return format_date(when, format="long", locale=words.locale)


def iso_day(when: str, *, words: Words) -> str:
    """As `day`, for an ISO day; empty for none."""
    return day(date.fromisoformat(when), words=words) if when else ""


def rate(percentage: str, *, words: Words) -> str:
    """A rate as the locale writes it: "8.5" is "8,5 %" in German."""
    return format_percent(Decimal(percentage) / 100, locale=words.locale, decimal_quantization=False)


def amount(minor_units: int, *, currency: str, words: Words) -> str:
    """The currency is an island, or "JP¥" among Arabic words would come out as "¥JP"."""
    text = money.format_amount(minor_units, currency=currency, locale=words.locale)
    symbol = get_currency_symbol(currency.upper(), locale=words.locale)
    return text.replace(symbol, legible.isolated(symbol)) if words.direction == "rtl" else text
