"""Files, data and codes from anybody: whatever they hold, the check ends soon and says what is wrong with them."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
from typing import Any

import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from receipts import frozen, inspecting, reporting, sealing, signing, untouched
from receipts.findings import Kind
from receipts.inspecting import Inspected, Known
from receipts.reporting import Report
from receipts.sealing import Malformed
from tests import spoiling
from tests.receipts.builders import KEY, a_document, a_line, a_pdf, a_snapshot
from tests.receipts.tampering import with_data
from tests.spoiling import often, parsed, soon, texts

RING = signing.public_ring([KEY.public.text])
SNAPSHOT = frozen.to_json(a_snapshot(lines=(a_line(tax_rate="8.5"),)))
DATA = json.loads(sealing.to_bytes(KEY.sign(a_document(a_snapshot()))))
TOKENS = (b"/Crypt", b"/LZWDecode", b"/JBIG2Decode", b"/Kids", b"/Parent", b"<<", b">>", b"0 R", b"-1", b"9" * 20)


@functools.cache
def whole() -> bytes:
    """A document as it is issued."""
    return a_pdf()


@functools.cache
def unpacked() -> bytes:
    """The same as another program writes it, whose objects can be read and so be spoiled one by one."""
    file = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(whole())).write(file)
    return file.getvalue()


@st.composite
def spoiled_files(draw: st.DrawFn) -> bytes:
    """A PDF with bytes that are changed or cut, or with other words in it than a PDF has there."""
    content = draw(st.sampled_from([whole, unpacked]))()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        piece = draw(st.sampled_from(TOKENS + spoiling.PIECES))
        content = spoiling.spoil(content, at, piece, draw(st.sampled_from(spoiling.DEEDS)))
    return content


def inspect(content: bytes) -> Inspected:
    return inspecting.inspect(content, name="receipt.pdf", ring=RING)


@functools.cache
def known() -> Known:
    """What is known of a document as it is issued."""
    found = inspect(whole()).known
    assert found is not None
    return found


def numbered(number: str, *, sequence: int) -> Known:
    """The same of one that claims to have this number and this place in its series."""
    step = dataclasses.replace(known().step, number=number, sequence=sequence)
    return dataclasses.replace(known(), step=step)


def a_pdf_that_says(snapshot: Any, **changes: Any) -> bytes:
    """A document whose data says this instead, signed by the clinic's own key."""
    return with_data(whole(), sealing.to_bytes(KEY.sign(a_document(a_snapshot(), snapshot=snapshot, **changes))))


def written(data: Any) -> bytes:
    """The data as a document carries it."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


@often()
@given(content=spoiled_files() | st.binary(max_size=300))
@example(content=b"")
def test_any_file_is_found_good_or_has_a_finding(content: bytes) -> None:
    with soon():
        found = inspect(content)

    assert found.findings or content == whole()


@pytest.mark.parametrize("name", [b"/Unheard", b"/JBIG2Decode", b"171"])
def test_a_file_packed_in_a_way_that_nobody_knows_is_one_that_cannot_be_read(name: bytes) -> None:
    found = inspect(unpacked().replace(b"/FlateDecode", name))

    assert {finding.kind for finding in found.findings} & {Kind.UNREADABLE, Kind.NOT_SEALED}


@often()
@given(content=spoiled_files())
@example(content=b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
@example(content=b"\nendobj\n" * 3 + b"startxref\n" + b"1" * 5000 + b"\n%%EOF\n")
def test_only_what_our_writer_wrote_is_as_it_was_written(content: bytes) -> None:
    with soon():
        found = untouched.is_as_written(content)

    assert found == (content == whole())


@often()
@given(data=spoiling.documents(DATA))
def test_any_data_is_read_as_it_is_written_or_refused(data: Any) -> None:
    found, sentence = parsed(sealing.from_bytes, written(data), refusal=Malformed)

    assert sentence or sealing.to_bytes(found) == written(data)


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00.000000+14:00", "9999-12-31T23:59:59.000000-12:00"])
def test_an_instant_before_or_after_all_time_is_refused(instant: str) -> None:
    data = {**DATA, "document": DATA["document"] | {"issued_at": instant}}

    assert "can't be read" in parsed(sealing.from_bytes, written(data), refusal=Malformed)[1]


@often()
@given(data=spoiling.documents(SNAPSHOT))
def test_any_snapshot_is_one_that_can_be_written_again_or_refused_without_being_quoted(data: Any) -> None:
    found, sentence = parsed(frozen.from_json, data)

    assert sentence.startswith("snapshot") or frozen.from_json(frozen.to_json(found)) == found


@often(0.3)
@given(snapshot=spoiling.documents(SNAPSHOT))
def test_data_that_no_document_is_made_of_is_a_finding_even_with_a_right_signature(snapshot: Any) -> None:
    content, _ = parsed(a_pdf_that_says, snapshot)

    with soon():
        found = inspect(content or b"")  # what can't even be sealed is no file

    assert found.findings


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [SNAPSHOT["lines"][0] | {"tax_rate": rate}]}
        for rate in ("1E+999999999", "0E+999999999", "NaN", "Infinity", "1e400", "٢٣٪", "")
    ]
    + [{"timezone": zone} for zone in ("Europe", "Nowhere/At/All", "../../etc/passwd", "x" * 5_000, "")]
    + [{"total": 10**400}, {"currency": "x" * 5_000}, {"locale": "x" * 5_000}, {"kind": "unheard"}],
    ids=lambda change: repr(change)[-40:],
)
def test_a_value_beyond_all_bounds_is_a_finding_at_once(change: dict[str, Any]) -> None:
    with soon():
        found = inspect(a_pdf_that_says(SNAPSHOT | change))

    assert found.findings


@often()
@given(text=texts | st.lists(texts, min_size=7, max_size=7).map(lambda parts: " ".join(["CR1", *parts])))
def test_any_text_of_a_code_has_a_finding_unless_the_clinic_signed_it(text: str) -> None:
    found, _ = inspecting.code(text, ring=RING)

    assert found


@given(sequences=st.lists(st.integers(-(10**30), 10**30), max_size=5), number=texts)
def test_files_with_any_numbers_are_compared(sequences: list[int], number: str) -> None:
    files = [Inspected(str(each), numbered(number, sequence=each), ()) for each in sequences]

    with soon():
        found = list(inspecting.together(files))

    assert all(str(finding) for finding in found)


def test_what_a_file_says_stays_in_its_line() -> None:
    whole_data = KEY.sign(a_document(a_snapshot()))
    forged = dataclasses.replace(whole_data, key_id="\x1b[2K\n3 documents checked, nothing wrong.")
    found = inspect(with_data(whole(), sealing.to_bytes(forged)))

    lines = list(reporting.said(Report(1, list(found.findings)), for_programs=False))

    assert len(lines) == len(found.findings) + 1
    assert not any(sign in line for line in lines for sign in "\x1b\n")


@given(text=texts)
def test_any_text_is_a_key_of_32_bytes_or_refused_without_being_quoted(text: str) -> None:
    key, sentence = parsed(signing.raw_key, text)

    assert len(key or b"") == signing.LENGTH or "32 bytes" in sentence
    assert len(text) < 5 or text not in sentence


@given(raw=st.binary(min_size=32, max_size=32))
def test_any_key_is_read_from_how_it_is_published(raw: bytes) -> None:
    public = signing.PublicKey(raw)

    assert signing.public_ring([public.text, f"public:{raw.hex()}"]).keys == {public.id: public}


@given(claim=texts, signature=texts)
def test_no_made_up_signature_counts(claim: str, signature: str) -> None:
    assert not KEY.public.signed(claim, signature)
