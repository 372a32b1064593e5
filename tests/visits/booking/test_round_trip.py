"""Whatever valid body is put, the same comes back; put again it changes nothing."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.visits.booking.bodies import VISITS
from tests.visits.builders import TOKEN

pytestmark = pytest.mark.django_db
ZONES = ["Europe/Warsaw", "Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]
PHONES = ["+48601000001", "+447400123456", "+12025550123", "+4915123456789", "+9779841000001"]
EMAILS = ["ada@patient.example", "a.b+c@münchen.example", "x'y@sub.patient.example"]
LINE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]) | st.just(" ")


def lines(least: int) -> st.SearchStrategy[str]:
    """One line of any characters, without spaces around it."""
    return st.text(LINE, min_size=least, max_size=200).map(str.strip).filter(lambda text: len(text) >= least)


@st.composite
def bodies(draw: DrawFn) -> dict[str, Any]:
    """A body that says everything, with times on whole seconds and offsets of every kind."""
    tomorrow = timezone.now().replace(microsecond=0) + timedelta(days=1)
    starts_at = tomorrow + timedelta(seconds=draw(st.integers(0, 1_000 * 24 * 3600)))
    length = draw(st.none() | st.integers(1, 30 * 24 * 3600))
    return {
        "starts_at": starts_at.astimezone(ZoneInfo(draw(st.sampled_from(ZONES)))).isoformat(),
        "ends_at": length and (starts_at + timedelta(seconds=length)).isoformat(),
        "timezone": draw(st.sampled_from(ZONES)),
        "practitioner": draw(lines(0)),
        "place": draw(lines(0)),
        "patient": {
            "external_id": draw(lines(1).map(lambda text: text[:100].strip())),
            "name": draw(lines(1)),
            "email": draw(st.sampled_from(["", *EMAILS])),
            "phone": draw(st.sampled_from(["", *PHONES])),
            "locale": draw(st.sampled_from(["", "en", "pl", "de-AT", "ar_EG"])),
            "timezone": draw(st.sampled_from(["", *ZONES])),
            "channels": draw(
                st.permutations(["email", "sms"]).flatmap(lambda all: st.integers(0, 2).map(lambda n: all[:n]))
            ),
        },
    }


ids = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="/"), min_size=1, max_size=100)


@given(body=bodies(), external_id=ids.filter(lambda text: text not in (".", "..")))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_put_is_what_is_given(body: dict[str, Any], external_id: str) -> None:
    cache.delete("rate:token-1")
    api = Client(headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"})
    address = f"{VISITS}/{quoted(external_id)}"

    put = api.put(address, body, content_type="application/json")
    shown = api.get(address).json()
    again = api.put(address, body, content_type="application/json")

    assert put.status_code in (200, 201), put.content
    assert said(shown) == said(body)
    assert shown["external_id"] == external_id
    assert (again.status_code, again.json()) == (200, shown)


def said(visit: dict[str, Any]) -> dict[str, Any]:
    """What a body and an answer have in common, with times as instants and texts in one form."""
    times = {
        name: visit[name] and datetime.fromisoformat(visit[name]).astimezone(UTC) for name in ("starts_at", "ends_at")
    }
    texts = {name: unicodedata.normalize("NFC", visit[name]) for name in ("timezone", "practitioner", "place")}
    return times | texts | {"patient": visit["patient"]}


def quoted(external_id: str) -> str:
    """The id in an address."""
    return "".join(character if character.isalnum() else f"%{ord(character):02X}" for character in external_id)
