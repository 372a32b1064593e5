"""What a payment method is called."""

from __future__ import annotations

import pytest

from receipts import methods, words
from receipts.snapshot import Method
from tests.receipts.reading import plain


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Method(type="card", brand="visa", last4="4242"), "Visa ending 4242"),
        (
            Method(type="card", brand="amex", last4="0005", wallet="apple_pay"),
            "American Express ending 0005 (Apple Pay)",
        ),
        (Method(type="card"), "Card"),
        (Method(type="card", brand="unknown", last4="1111"), "Card ending 1111"),
        (Method(type="sepa_debit", last4="3000"), "SEPA ending 3000"),
        (Method(type="blik"), "BLIK"),
        (Method(type="customer_balance"), "Bank transfer"),
        (Method(type="a_new_method"), "A new method"),
        (Method(type="card", brand="a_new_brand", wallet="a_new_wallet"), "A new brand (A new wallet)"),
        (Method(), ""),
    ],
)
def test_a_method_reads_as_people_call_it(method: Method, expected: str) -> None:
    assert plain(methods.describe(method, words=words.of("en"))) == expected
