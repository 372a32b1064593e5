"""Alphabets, lengths and parts, held against a segmenter that tries every way to cut; plain signs, no letter lost."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms import encoding
from notifications.sms.encoding import Encoding, fewest_parts, measure, plain

GSM = "".join(sorted(encoding.BASIC | encoding.EXTENDED))
gsm_texts = st.text(st.sampled_from(GSM), max_size=400)
pairs_mostly = st.text(st.sampled_from("a€{🙂ż"), max_size=330)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def septets_of(text: str) -> list[list[int]]:
    """An encoder of its own: each character as its septets, by the tables' positions."""
    basic = (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    extension = {
        "\f": 0x0A,
        "^": 0x14,
        "{": 0x28,
        "}": 0x29,
        "\\": 0x2F,
        "[": 0x3C,
        "~": 0x3D,
        "]": 0x3E,
        "|": 0x40,
        "€": 0x65,
    }
    assert len(basic) == 128
    return [[0x1B, extension[c]] if c in extension else [basic.index(c)] for c in text]


def fewest_by_trying(widths: tuple[int, ...], *, alone: int, joined: int) -> int:
    """The fewest parts over all ways to cut between characters: no greed, no cleverness."""
    if sum(widths) <= alone:
        return 1
    best = [0] + [len(widths) + 1] * len(widths)
    for end in range(1, len(widths) + 1):
        for start in range(end - 1, -1, -1):
            if sum(widths[start:end]) > joined:
                break
            best[end] = min(best[end], best[start] + 1)
    return best[-1]


@cache
def utf_16_units(character: str) -> int:
    return len(character.encode("utf-16-be")) // 2


@given(gsm_texts)
def test_text_of_the_default_alphabet_is_counted_in_septets(text: str) -> None:
    septets = septets_of(text)

    measured = measure(text)

    assert measured.encoding is Encoding.GSM_7
    assert measured.units == sum(map(len, septets))
    assert measured.parts == fewest_by_trying(tuple(map(len, septets)), alone=160, joined=153)
    assert measured.forced_by == ()


@given(st.one_of(any_text, pairs_mostly).map(lambda text: text + "ż"))
def test_any_other_text_is_counted_in_utf_16_units(text: str) -> None:
    measured = measure(text)

    assert measured.encoding is Encoding.UCS_2
    assert measured.units == len(text.encode("utf-16-be")) // 2
    assert measured.parts == fewest_by_trying(tuple(map(utf_16_units, text)), alone=70, joined=67)


@given(any_text)
def test_what_forced_ucs_2_is_named_once_each_in_its_order(text: str) -> None:
    forced_by = measure(text).forced_by

    assert all(character not in GSM for character in forced_by)
    assert sorted(set(forced_by)) == sorted(set(text) - set(GSM))
    assert list(forced_by) == sorted(forced_by, key=text.index)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("a" * 151 + "€" + "a" * 153, 306, 2),
        ("ż" * 70, 70, 1),
        ("ż" * 71, 71, 2),
        ("ż" * 134, 134, 2),
        ("ż" * 66 + "🙂" + "ż" * 66, 134, 3),
        ("🙂" * 35, 70, 1),
    ],
)
def test_parts_at_the_edges(text: str, units: int, parts: int) -> None:
    measured = measure(text)

    assert (measured.units, measured.parts) == (units, parts)


@pytest.mark.parametrize("character", ["\u00a0", "’", "ç", "ą", "`", "\t", "\x1b", "–"])
def test_one_character_is_enough_to_force_ucs_2(character: str) -> None:
    measured = measure("plain " * 12 + character)

    assert (measured.encoding, measured.parts, measured.forced_by) == (Encoding.UCS_2, 2, (character,))


@pytest.mark.parametrize(
    ("typographic", "everyday"),
    [
        ("It’s “tomorrow” – at 9…", 'It\'s "tomorrow" - at 9...'),
        ("10\u202f000\u00a0zł", "10 000 zł"),
        ("„Dzień dobry”", '"Dzień dobry"'),
        ("«Oui»\u2009!", '"Oui" !'),
        ("cafe\u0301 5 \u212b", "café 5 Å"),
        ("zero\u200bwidth\ufeff and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("left\u200e to right\u202c", "left to right"),
        ("one\r\ntwo\u2028three\tfour", "one\ntwo\nthree four"),
        ("−5 °C, 2‑3 days", "-5 °C, 2-3 days"),
    ],
)
def test_smart_punctuation_becomes_plain(typographic: str, everyday: str) -> None:
    assert plain(typographic) == everyday


def test_every_space_of_unicode_becomes_the_everyday_one() -> None:
    spaces = [character for character in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(character) == "Zs"]

    assert {plain(f"a{space}b") for space in spaces} == {"a b"}


@pytest.mark.parametrize(
    "text", ["zażółć gęślą jaźń", "Straße", "غدًا الساعة ١٠", "موعد \u200f10:15\u200e", "می\u200cخواهم", "ʻokina"]
)
def test_other_writings_stay_as_they_are(text: str) -> None:
    assert plain(text) == unicodedata.normalize("NFC", text)


def letters(text: str) -> Counter[str]:
    """Letters, digits and the marks on them, whichever way they were composed."""
    return Counter(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c)[0] in "LMN")


@given(any_text)
def test_no_letter_no_digit_and_no_mark_is_lost_or_added(text: str) -> None:
    assert letters(plain(text)) == letters(text)


@given(any_text)
def test_plain_text_is_already_plain(text: str) -> None:
    once = plain(text)

    assert plain(once) == once


@given(st.text(st.sampled_from(GSM + "’“–…\u00a0\u2009\u200b`"), max_size=200))
def test_punctuation_alone_never_forces_ucs_2(text: str) -> None:
    assert measure(plain(text)).encoding is Encoding.GSM_7


def test_the_first_wording_that_is_as_short_as_any_is_taken_whole() -> None:
    long, good, short = "a" * 161, "a" * 160, "a"

    assert fewest_parts([long, good, short]) == good
    assert fewest_parts([long, "ż" * 71]) == long
