"""Amounts of money as people read them. Pure; `receipts.document` prints what this returns.

An amount is an integer in the minor unit that the payment provider counts in. How many of them make one unit is the
provider's rule, not the locale's; the lists below are those of the provider's page on supported currencies.
"""

from __future__ import annotations

import copy
import re
from decimal import Decimal

from babel import Locale
from babel.numbers import get_minus_sign_symbol

ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# Counted in hundredths, yet only whole units exist: 100 is 1 ISK, printed without decimals.
WHOLE_UNITS = frozenset(["ISK", "UGX"])

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# CLDR's rule for currencySpacing, which Babel leaves out: "KWD 1.000" and not "KWD1.000".
LETTER_MEETS_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def exponent(currency: str) -> int:
    """How many decimal places an amount's integer has: 0 for JPY, 3 for KWD, 2 for EUR and for ISK."""
    code = currency.upper()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def smallest_step(currency: str) -> int:
    """What every amount is a multiple of: 10 where the third decimal is always 0, 100 where only whole units exist."""
    code = currency.upper()
    if code in WHOLE_UNITS:
        return 100
    return 10 if code in THREE_DECIMAL else 1


def to_decimal(amount: int, *, currency: str) -> Decimal:
    """The amount in whole units, exactly: 1050 EUR is Decimal("10.50"), 1050 JPY is Decimal("1050")."""
    return Decimal(amount).scaleb(-exponent(currency))


def printed_decimals(amount: int, *, currency: str) -> int:
    """Decimal places to show. A broken unit of a whole-unit currency is shown rather than rounded away."""
    if currency.upper() in WHOLE_UNITS and amount % 10 ** exponent(currency) == 0:
        return 0
    return exponent(currency)


def format_amount(amount: int, *, currency: str, locale: Locale | str) -> str:
    """The amount with its currency, as the locale writes it: "1.234,50 €" for 123450 EUR in German.

    Separators and the place of the currency are the locale's (CLDR); the number of decimals is ours, because CLDR
    rounds some currencies that providers charge in hundredths (12.50 RSD would print as "13"). The minus is the
    locale's too, which Babel leaves out of patterns: in Arabic it brings the mark that keeps it before the digits.
    """
    where = Locale.parse(locale)
    code = currency.upper()
    places = printed_decimals(amount, currency=code)
    pattern = copy.copy(where.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    text = pattern.apply(to_decimal(amount, currency=code), where, currency=code, currency_digits=False)
    text = text.replace("-", get_minus_sign_symbol(where)) if amount < 0 else text
    return LETTER_MEETS_DIGIT.sub(NO_BREAK_SPACE, text)
