"""The tax contained in amounts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from receipts import taxes
from receipts.snapshot import Line, Tax
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


# --- Of an amount that goes back


rates = st.sampled_from(["5", "8", "8.5", "19", "23"])
grosses = st.integers(min_value=1, max_value=10**8)
visits = st.dictionaries(rates, grosses, min_size=1, max_size=4).map(
    lambda lines: [a_line(amount=amount, tax_rate=rate) for rate, amount in lines.items()]
)


def gross(found: tuple[Tax, ...]) -> int:
    return sum(tax.net + tax.amount for tax in found)


@given(lines=visits, untaxed=st.integers(min_value=0, max_value=10**8))
def test_all_of_an_amount_has_the_taxes_that_it_had(lines: list[Line], untaxed: int) -> None:
    paid = taxes.breakdown(lines)
    whole = gross(paid) + untaxed

    assert taxes.share(paid, part=whole, whole=whole) == paid


@given(lines=visits, part=grosses)
def test_the_shares_of_a_wholly_taxed_amount_sum_to_the_part_and_each_is_within_a_unit(
    lines: list[Line], part: int
) -> None:
    paid = taxes.breakdown(lines)

    shares = taxes.share(paid, part=part, whole=gross(paid))

    assert gross(shares) == part
    for mine, tax in zip(shares, paid, strict=True):
        assert abs(Decimal(part) * (tax.net + tax.amount) / gross(paid) - mine.net - mine.amount) <= 1
        assert mine.net >= 0
        assert mine.amount >= 0


@given(lines=visits, untaxed=st.integers(min_value=0, max_value=10**8), data=st.data())
def test_parts_that_go_back_one_after_another_undo_the_taxes_exactly(
    lines: list[Line], untaxed: int, data: st.DataObject
) -> None:
    paid = taxes.breakdown(lines)
    whole = gross(paid) + untaxed
    stops = [*sorted(data.draw(st.lists(st.integers(min_value=0, max_value=whole), max_size=4))), whole]

    returned: tuple[Tax, ...] = ()
    for stop in stops:
        due = taxes.summed(*taxes.share(paid, part=stop, whole=whole), *taxes.negated(returned))
        returned = taxes.summed(*returned, *due)

    assert returned == taxes.summed(*paid)


def test_a_third_of_two_rates_and_an_untaxed_line() -> None:
    paid = (Tax("8", net=10000, amount=800), Tax("23", net=20000, amount=4600))

    shares = taxes.share(paid, part=14100, whole=42300)

    assert shares == (Tax("8", net=3333, amount=267), Tax("23", net=6667, amount=1533))


def test_taxes_of_one_rate_are_summed_and_what_cancels_out_is_left_out() -> None:
    found = taxes.summed(Tax("23", 100, 23), Tax("8", 100, 8), Tax("23", 200, 46), Tax("8", -100, -8))

    assert found == (Tax("23", 300, 69),)
