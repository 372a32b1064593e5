"""Words from outside that say who calls, in what language, about which day: understood, or taken for nothing."""

from __future__ import annotations

import ipaddress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from receipts import words as receipt_words
from servicekit import client_address, days, lookback, masking, words
from servicekit.correlation import ACCEPTABLE
from tests.spoiling import parsed, texts

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
day_texts = st.dates().map(date.isoformat) | st.from_regex(r"[0-9]{1,5}[dhw]", fullmatch=True)


@given(address=st.ip_addresses())
def test_an_address_of_a_network_is_itself(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert client_address.plain(str(address)) == str(address)


@given(text=texts | st.tuples(st.ip_addresses(v=6), texts).map(lambda parts: f"{parts[0]}%{parts[1]}"))
@example(text="fe80::1%eth0")
@example(text="::1%\x00'; DROP TABLE x; --")
def test_any_other_text_is_an_address_that_a_database_takes_or_none(text: str) -> None:
    found = client_address.plain(text)

    assert found is None or str(ipaddress.ip_address(found)) == found
    assert found is None or set(found) <= set("0123456789abcdef:.")


@given(forwarded=st.lists(texts, max_size=5), proxies=st.integers(0, 9))
def test_only_what_our_own_proxies_wrote_is_believed(forwarded: list[str], proxies: int) -> None:
    found = client_address.outermost(forwarded, proxies=proxies)

    assert found in [text.strip() for text in forwarded[len(forwarded) - proxies :]] or not found


@given(name=texts | st.from_regex(r"[A-Za-z]{0,4}([-_][A-Za-z0-9]{0,4}){0,3}", fullmatch=True))
@example(name="de\x00")
@example(name="../../etc/passwd")
def test_any_name_of_a_language_gives_words(name: str) -> None:
    said, _ = parsed(receipt_words.of, name)

    assert said.say("Paid")
    assert words.parsed(name) == words.parsed(name.replace("-", "_"))


@given(name=texts.filter(lambda text: len(text) > 1), domain=texts)
def test_of_an_address_that_is_half_hidden_nothing_else_is_shown(name: str, domain: str) -> None:
    hidden = masking.email(f"{name}@{domain}")

    assert hidden.startswith(f"{name[:1]}{masking.DOTS}@") or "@" in domain
    assert len(hidden) <= len(masking.DOTS) * 2 + 4 + len(domain)


@given(text=texts)
def test_an_id_that_a_caller_gives_its_request_is_one_plain_word_or_not_taken(text: str) -> None:
    assert not ACCEPTABLE.fullmatch(text) or (text.isascii() and text.isprintable() and " " not in text)


@given(text=texts | day_texts, zone=zones)
@example(text="0001-01-01", zone=ZoneInfo("Asia/Tokyo"))
@example(text="9999d", zone=ZoneInfo("UTC"))
def test_how_far_to_look_back_is_an_instant_of_the_past_or_refused(text: str, zone: ZoneInfo) -> None:
    began, sentence = parsed(lambda said: lookback.instant(said, now=NOW, zone=zone), text)

    assert sentence == lookback.EXPECTED or began.astimezone(UTC) < NOW


@given(day=st.dates(days.FIRST, days.LAST), zone=zones)
def test_a_day_that_is_taken_has_a_day_before_and_after_it_everywhere(day: date, zone: ZoneInfo) -> None:
    written = days.written(day.isoformat())

    assert written == day
    for neighbour in (day - timedelta(days=1), day + timedelta(days=1)):
        assert datetime(neighbour.year, neighbour.month, neighbour.day, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦-11-25", "2026-11-25\n", "25.11.2026", ""]
)
def test_a_day_at_the_edge_of_the_calendar_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        days.written(text)
