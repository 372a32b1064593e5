"""A phone number as somebody typed it, as E.164, and half hidden; what can't get an SMS is told apart. Pure.

Google's library, which https://github.com/daviddrysdale/python-phonenumbers ports, knows each country's plan.
"""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from servicekit.masking import DOTS

LONGEST = 16
"""A plus and fifteen digits: https://www.itu.int/rec/T-REC-E.164"""

SHOWN_DIGITS = 3

NO_NUMBER = "expected a phone number such as +48 601 000 001"
NO_COUNTRY = "expected a phone number with its country, such as +48 601 000 001"
NO_SMS = "expected a mobile number: this kind of number gets no SMS"
ONLY_THE_NUMBER = "expected one phone number without an extension or words, such as +48 601 000 001"

WITHOUT_SMS = frozenset(
    [
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    ]
)
"""Kinds that the library is sure of. In some countries a fixed line looks like a mobile phone, and is let through."""


def e164(text: str, *, country: str, for_sms: bool) -> str:
    """The number as `+48601000001`; one without a plus is read as a call within `country` (ISO 3166, or nothing).

    Raises ValueError with a sentence that says what is expected and never quotes the number.
    """
    if any(character.isalpha() or character in ",;" for character in text):
        raise ValueError(ONLY_THE_NUMBER)
    number = parsed(text, country=country)
    if number.extension:
        raise ValueError(ONLY_THE_NUMBER)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number) or len(written) > LONGEST:
        raise ValueError(NO_NUMBER)
    if for_sms and phonenumbers.number_type(number) in WITHOUT_SMS:
        raise ValueError(NO_SMS)
    return written


def parsed(text: str, *, country: str) -> PhoneNumber:
    """The number as the library reads it, whether or not it can exist."""
    try:
        return phonenumbers.parse(text, country or None)
    except NumberParseException as wrong:
        no_country = wrong.error_type == NumberParseException.INVALID_COUNTRY_CODE and not country
        raise ValueError(NO_COUNTRY if no_country else NO_NUMBER) from None


def half_hidden(number: str) -> str:
    """`+48 ••• ••• 001` for +48601000001: the country code and the last three digits, grouped as in that country."""
    try:
        known = phonenumbers.parse(number)
    except NumberParseException:
        return DOTS + number[-SHOWN_DIGITS:]
    code, _, rest = phonenumbers.format_number(known, PhoneNumberFormat.INTERNATIONAL).partition(" ")
    return f"{code} {dotted(rest, digits=sum(map(str.isdigit, rest)) - SHOWN_DIGITS)}"


def dotted(text: str, *, digits: int) -> str:
    """The text with its first digits, that many, as dots."""
    hidden = ""
    for character in text:
        hide_it = character.isdigit() and digits > 0
        hidden += "•" if hide_it else character
        digits -= hide_it
    return hidden
