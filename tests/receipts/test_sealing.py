"""What is hashed and signed is fixed to the byte, and any change of it shows."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts import sealing
from receipts.sealing import Document, Malformed, Sealed
from tests.receipts.builders import ISSUED_AT, KEY, a_document, a_snapshot, sealed

# What a QR code's alphanumeric mode can write (ISO/IEC 18004, 7.3.4).
ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
SMALL = Document(
    number="R-2026-000001",
    series="R-2026",
    sequence=1,
    kind="receipt",
    test=False,
    issued_at=ISSUED_AT,
    amount=12300,
    currency="EUR",
    reference="pi_1",
    snapshot={"b": 'Żółć \u2028"\\\n', "a": [1, True, {}]},
    previous=sealing.genesis("R-2026"),
)


def test_the_canonical_text_is_json_with_sorted_keys_and_no_white_space() -> None:
    assert sealing.canonical(SMALL).decode() == (
        '{"amount":12300,"currency":"EUR","issued_at":"2026-11-22T10:00:00.000000Z","kind":"receipt",'
        '"number":"R-2026-000001","previous":"b1905092ccfec8569ed043b5872259782a676693b0a66e6b800288d9930f84a8",'
        '"reference":"pi_1","sequence":1,"series":"R-2026","snapshot":{"a":[1,true,{}],"b":"Żółć \u2028\\"\\\\\\n"},'
        '"test":false,"version":1}'
    )


def test_the_hash_will_be_the_same_in_years() -> None:
    assert sealing.genesis("R-2026") == "b1905092ccfec8569ed043b5872259782a676693b0a66e6b800288d9930f84a8"
    assert sealing.hash_of(SMALL) == "58f14bf33c35388bd203b4c00a68bb3f44792336cb41078af57e88052e746534"


def test_an_instant_is_the_same_in_every_zone() -> None:
    elsewhere = ISSUED_AT.astimezone(timezone(timedelta(hours=9)))

    assert sealing.hash_of(a_document(a_snapshot(), issued_at=elsewhere)) == sealing.hash_of(a_document(a_snapshot()))


def test_each_series_begins_in_its_own_way() -> None:
    assert sealing.genesis("R-2026") != sealing.genesis("R-2027")


@pytest.mark.parametrize(
    "change",
    [
        {"number": "R-2026-000124"},
        {"series": "R-2025"},
        {"sequence": 124},
        {"kind": "refund"},
        {"test": True},
        {"issued_at": ISSUED_AT + timedelta(microseconds=1)},
        {"amount": 12301},
        {"currency": "PLN"},
        {"reference": "pi_2"},
        {"snapshot": {}},
        {"previous": "0" * 64},
    ],
)
def test_everything_that_a_document_says_is_in_its_hash(change: dict[str, Any]) -> None:
    assert sealing.hash_of(a_document(a_snapshot(), **change)) != sealing.hash_of(a_document(a_snapshot()))


def test_what_is_signed_is_one_short_line_about_no_person() -> None:
    whole = sealed(a_snapshot(patient_name="Żaneta"))

    claim = sealing.claim_of(whole.document, hash_=whole.hash)

    assert claim.startswith("CR1 R-2026-000123 2026-11-22T10:00:00Z 12300 EUR ")
    assert len(claim.split()[-1]) == 52


@pytest.mark.parametrize("amount", [12300, -5000, 0])
def test_the_code_on_paper_uses_the_small_alphabet_of_qr_codes(amount: int) -> None:
    code = sealing.code_of(sealed(a_snapshot(), amount=amount))

    assert ALPHANUMERIC.fullmatch(code)
    assert code.split()[3] == str(amount)


def test_the_file_comes_back_as_it_was() -> None:
    whole = sealed(a_snapshot(patient_name="王小明 Żółć محمد"))

    assert sealing.from_bytes(sealing.to_bytes(whole)) == whole


@given(st.data())
def test_no_byte_of_the_file_can_be_changed_unseen(data: st.DataObject) -> None:
    whole = sealing.to_bytes(sealed(a_snapshot()))
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != whole[place]))

    assert is_refused(whole[:place] + bytes([byte]) + whole[place + 1 :])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "can't be read"),
        (b"[]", "expected an object"),
        (b"{}", "required keys are missing"),
        (b"\xff\xfe", "can't be read"),
        (b"[" * 100_000, "can't be read"),
        (b"0" * (sealing.LARGEST + 1), "more than any document"),
    ],
)
def test_what_is_no_sealed_data_is_refused_with_a_sentence(content: bytes, complaint: str) -> None:
    with pytest.raises(Malformed, match=complaint):
        sealing.from_bytes(content)


def test_the_same_data_in_another_spelling_is_refused() -> None:
    content = sealing.to_bytes(sealed(a_snapshot()))

    with pytest.raises(Malformed, match="isn't written as it was sealed"):
        sealing.from_bytes(json.dumps(json.loads(content), indent=1).encode())


def test_data_of_a_later_release_says_so() -> None:
    later = sealing.to_bytes(KEY.sign(a_document(a_snapshot(), version=2)))

    with pytest.raises(Malformed, match="newer release"):
        sealing.from_bytes(later)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis wants them so
def test_any_instant_comes_back(moment: datetime) -> None:
    whole = sealed(a_snapshot(), issued_at=moment)

    assert sealing.from_bytes(sealing.to_bytes(whole)).document.issued_at == moment


def is_refused(content: bytes) -> bool:
    try:
        found = sealing.from_bytes(content)
    except Malformed:
        return True
    return not found.is_whole or not is_signed(found)


def is_signed(found: Sealed) -> bool:
    claim = sealing.claim_of(found.document, hash_=found.hash)
    return found.key_id == KEY.public.id and KEY.public.signed(claim, found.signature)
