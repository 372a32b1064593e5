"""The tax contained in amounts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from receipts import taxes
from receipts.snapshot import Tax
from tests.receipts.builders import a_line


def test_lines_of_one_rate_give_one_tax_and_untaxed_lines_none() -> None:
    lines = (
        a_line(amount=12300, tax_rate="23"),
        a_line(amount=10800, tax_rate="8"),
        a_line(amount=12300, tax_rate="23.0"),
        a_line(amount=5000, tax_rate=""),
    )

    assert taxes.breakdown(lines) == (Tax(rate="8", net=10000, amount=800), Tax(rate="23", net=20000, amount=4600))


def test_rounding_happens_once_per_rate_and_not_once_per_line() -> None:
    hundred_small_lines = [a_line(amount=3, tax_rate="23")] * 100

    assert taxes.breakdown(hundred_small_lines) == (Tax(rate="23", net=244, amount=56),)


def test_half_a_unit_is_rounded_up() -> None:
    assert taxes.breakdown([a_line(amount=3, tax_rate="20")]) == (Tax(rate="20", net=3, amount=0),)


def test_a_rate_of_zero_is_a_rate() -> None:
    assert taxes.breakdown([a_line(amount=500, tax_rate="0")]) == (Tax(rate="0", net=500, amount=0),)


@given(
    amounts=st.lists(st.integers(min_value=-(10**9), max_value=10**9), min_size=1, max_size=20),
    rate=st.decimals(min_value=0, max_value=100, places=3, allow_nan=False),
)
def test_net_and_tax_sum_to_the_lines_and_the_tax_is_within_half_a_unit(amounts: list[int], rate: Decimal) -> None:
    lines = [a_line(amount=amount, tax_rate=str(rate)) for amount in amounts]

    (tax,) = taxes.breakdown(lines)

    assert tax.net + tax.amount == sum(amounts)
    exact = Decimal(sum(amounts)) * rate / (100 + rate)
    assert abs(exact - tax.amount) <= Decimal("0.500001")


@given(amount=st.integers(min_value=0, max_value=10**9))
def test_a_refund_undoes_the_tax_exactly(amount: int) -> None:
    (paid,) = taxes.breakdown([a_line(amount=amount, tax_rate="8.5")])
    (refunded,) = taxes.breakdown([a_line(amount=-amount, tax_rate="8.5")])

    assert (refunded.net, refunded.amount) == (-paid.net, -paid.amount)
