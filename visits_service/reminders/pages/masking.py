"""Addresses half hidden: enough for their owner to know them again, too little for anybody else. Pure."""

from __future__ import annotations

import phonenumbers

DOTS = "•••"
SHOWN_DIGITS = 3


def email(address: str) -> str:
    """`a•••@p•••.example` for ada@patient.example."""
    name, _, domain = address.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{name[:1]}{DOTS}@{host[:1]}{DOTS}.{top}"


def phone(number: str) -> str:
    """`+48 ••• ••• 001` for +48601000001: the country code and the last three digits, grouped as in that country."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return DOTS + number[-SHOWN_DIGITS:]
    grouped = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    code, _, rest = grouped.partition(" ")
    hidden = sum(map(str.isdigit, rest)) - SHOWN_DIGITS
    return f"{code} {hide(rest, digits=hidden)}"


def hide(text: str, *, digits: int) -> str:
    """The text with its first digits, that many, as dots."""
    hidden = ""
    for character in text:
        hide_it = character.isdigit() and digits > 0
        hidden += "•" if hide_it else character
        digits -= hide_it
    return hidden
