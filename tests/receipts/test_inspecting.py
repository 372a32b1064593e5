"""PDFs checked from outside, with a public key and nothing else: each forgery gets its own sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from receipts import inspecting, kinds, rendering, sealing, signing
from receipts.findings import Kind
from receipts.inspecting import Inspected
from receipts.sealing import Sealed
from receipts.signing import SigningKey
from receipts.snapshot import Clinic, Line, Snapshot, Tax
from tests.receipts.builders import ISSUED_AT, KEY, NUMBER, a_clinic, a_line, a_pdf, a_snapshot, sealed
from tests.receipts.tampering import (
    annotated,
    drawn_over,
    flipped,
    saved_after,
    saved_again,
    with_blank_page,
    with_data,
    without_data,
)
from tests.receipts.test_rendering_corrections import a_correction
from tests.receipts.test_rendering_texts import a_taxed_visit

OTHER = SigningKey(b"visibly-fake-key-of-another-one!")
RING = signing.public_ring([KEY.public.text])
LANGUAGES = ["en", "de", "pl", "ar"]
CURRENCIES = ["EUR", "JPY", "KWD", "ISK"]


def inspect(content: bytes, *, name: str = "receipt.pdf") -> Inspected:
    return inspecting.inspect(content, name=name, ring=RING)


def said_of(content: bytes) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.what) for finding in inspect(content).findings]


def printed(whole: Sealed, snapshot: Snapshot) -> bytes:
    return rendering.render(snapshot, number=whole.document.number, issued_at=whole.document.issued_at, sealed=whole)


def in_a_chain(count: int, **changes: dict[str, Any]) -> list[Inspected]:
    """Files of one series, each after the one before; `at_3` says what is sealed of the third instead."""
    previous, files = sealing.genesis("R-2026"), []
    for index in range(1, count + 1):
        snapshot = a_snapshot(reference=f"pi_{index}")
        number = kinds.number_of("R-2026", index)
        told = {
            "previous": previous,
            "issued_at": ISSUED_AT + timedelta(minutes=index),
            **changes.get(f"at_{index}", {}),
        }
        whole = sealed(snapshot, number=number, **told)
        files.append(inspect(printed(whole, snapshot), name=f"{number}.pdf"))
        previous = whole.hash
    return files


def wrong_between(files: list[Inspected], *, selected: bool = False) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.where) for finding in inspecting.together(files, selected=selected)]


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_receipt_as_it_was_issued_is_right_in_every_language_and_currency(locale: str, currency: str) -> None:
    found = inspect(a_pdf(a_taxed_visit(locale, currency)))

    assert found.findings == ()
    assert found.known is not None
    assert found.known.step.number == NUMBER


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind != kinds.RECEIPT])
def test_a_correcting_document_as_it_was_issued_is_right(kind: str, locale: str) -> None:
    assert said_of(a_pdf(a_correction(kind, locale=locale), number="RF-2026-000007")) == []


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "محمد عبد الله",
        "שרה לוי",
        "Żółć 🙂 Nowak",
        "Office  affine ﬁ",
        "Z\N{COMBINING DOT ABOVE}aneta",
        "x" * 200,
    ],
)
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_name_makes_a_true_receipt_look_false(name: str, locale: str) -> None:
    snapshot = a_snapshot(locale=locale, patient_name=name, lines=(a_line(description=name),) * 30)

    assert said_of(a_pdf(snapshot)) == []


def test_one_byte_of_the_data_changed() -> None:
    content = a_pdf()
    data = sealing.to_bytes(sealed(a_snapshot()))

    [(kind, what)] = said_of(
        with_data(content, data.replace(b'"amount":12300,"currency"', b'"amount":12301,"currency"'))
    )

    assert kind is Kind.CHANGED
    assert "changed after it was sealed" in what


@pytest.mark.parametrize("data", [b"", b"{}", b'{"document":'])
def test_data_that_is_none(data: bytes) -> None:
    [(kind, what)] = said_of(with_data(a_pdf(), data))

    assert kind is Kind.CHANGED
    assert what.startswith("It was changed: its data can't be read")


def test_data_sealed_anew_with_another_key_is_told_by_the_code_on_the_page() -> None:
    cheaper = sealed(a_snapshot(), amount=1, key=OTHER)

    [(kind, what)] = said_of(with_data(a_pdf(), sealing.to_bytes(cheaper)))

    assert kind is Kind.RESEALED
    assert f"sealed anew, with the key {OTHER.public.id}" in what


def test_data_sealed_anew_that_names_our_key_is_told_by_the_signature() -> None:
    posing = dataclasses.replace(sealed(a_snapshot(), amount=1, key=OTHER), key_id=KEY.public.id)

    [(kind, what)] = said_of(with_data(a_pdf(), sealing.to_bytes(posing)))

    assert kind is Kind.FORGED
    assert f"says that the key {KEY.public.id} signed it" in what


def test_a_signature_copied_from_another_document() -> None:
    copied = dataclasses.replace(sealed(a_snapshot(), amount=1), signature=sealed(a_snapshot()).signature)

    [(kind, _)] = said_of(with_data(a_pdf(), sealing.to_bytes(copied)))

    assert kind is Kind.FORGED


def test_a_document_of_another_installation() -> None:
    snapshot = a_snapshot(clinic=Clinic(name="Another Clinic"))

    [(kind, what)] = said_of(printed(sealed(snapshot, key=OTHER), snapshot))

    assert kind is Kind.FOREIGN
    assert what.startswith(f"It is signed with the key {OTHER.public.id}, which is none of the keys given")
    assert what.endswith("another installation's document.")


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"lines": (Line("Consultation", 1, unit_amount=99900, amount=99900),), "total": 99900}, "Total"),
        ({"patient_name": "Somebody Else"}, "Patient"),
        ({"lines": (a_line(description="Surgery"),)}, "Description"),
        ({"reference": "pi_other"}, "Payment reference"),
        ({"taxes": (Tax("23", net=10000, amount=2300),)}, "Net at 23%"),
    ],
)
def test_pages_that_print_something_else_than_was_sealed(change: dict[str, Any], label: str) -> None:
    whole = sealed(a_snapshot(**change))

    found = said_of(printed(whole, a_snapshot()))

    assert [kind for kind, _ in found] == [Kind.PRINTED]
    assert label in found[0][1]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_another_number_or_amount_on_the_pages_is_found_in_every_language(locale: str) -> None:
    snapshot = a_snapshot(locale=locale)
    dearer = a_snapshot(locale=locale, total=99900, lines=(a_line(unit_amount=99900, amount=99900),))

    number = rendering.render(snapshot, number="R-2026-000124", issued_at=ISSUED_AT, sealed=sealed(snapshot))
    amount = rendering.render(dearer, number=NUMBER, issued_at=ISSUED_AT, sealed=sealed(snapshot))

    assert [kind for kind, _ in said_of(number)] == [Kind.PRINTED]
    assert [kind for kind, _ in said_of(amount)] == [Kind.PRINTED]


@pytest.mark.parametrize("locale", ["en", "de", "pl"])
def test_another_day_on_the_pages_is_found(locale: str) -> None:
    whole = sealed(a_snapshot(locale=locale))

    day = rendering.render(a_snapshot(locale=locale), number=NUMBER, issued_at=ISSUED_AT.replace(day=3), sealed=whole)

    assert [kind for kind, _ in said_of(day)] == [Kind.PRINTED]


def test_the_code_of_another_document_on_the_page() -> None:
    whole, another = sealed(a_snapshot()), sealed(a_snapshot(), amount=1)

    found = said_of(with_data(printed(another, a_snapshot()), sealing.to_bytes(whole)))

    assert found == [(Kind.PRINTED, "The code on its pages is not the one of its sealed data.")]


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_an_amount_that_was_drawn_over_the_page(locale: str) -> None:
    content = drawn_over(a_pdf(locale=locale), "Total 990.00 EUR")

    assert said_of(content) == [(Kind.PRINTED, "Its pages show figures that weren't sealed.")]


def test_a_note_on_a_page() -> None:
    [(kind, what)] = said_of(annotated(a_pdf(), "Total 990.00 EUR"))

    assert kind is Kind.PRINTED
    assert what.startswith("Something was put on its pages")


def test_a_page_more_than_was_issued() -> None:
    [(kind, what)] = said_of(with_blank_page(a_pdf()))

    assert kind is Kind.PRINTED
    assert what == "A page doesn't say which page of how many it is: pages were added or taken out."


def drawn_on(content: bytes) -> bytes:
    return drawn_over(content, "void")


def longer(content: bytes) -> bytes:
    return content + b" "


@pytest.mark.parametrize("change", [saved_again, saved_after, drawn_on, longer])
def test_a_file_that_is_not_as_it_was_written_says_that_it_was_saved_again(change: Callable[[bytes], bytes]) -> None:
    found = inspect(change(a_pdf()))

    [finding] = found.findings
    assert (finding.kind, finding.wrong) == (Kind.SAVED_AGAIN, True)
    assert finding.what == "Its data is genuine, but the file was changed or saved again after it was issued."
    assert found.known is not None
    assert found.known.step.sound


def test_no_bit_of_a_file_can_be_turned_round_without_a_finding(caplog: pytest.LogCaptureFixture) -> None:
    content = a_pdf()

    silent = [at for at in range(50, len(content) - 400, 997) if not said_of(flipped(content, at))]

    assert silent == []
    assert caplog.records == []


def test_a_receipt_from_before_there_were_seals_is_not_sealed_and_says_so() -> None:
    old = rendering.render(a_snapshot(template_version="v1"), number=NUMBER, issued_at=ISSUED_AT)

    [finding] = inspect(old).findings

    assert (finding.kind, finding.wrong) == (Kind.NOT_SEALED, True)
    assert finding.what.startswith("Not sealed")
    assert "before the clinic sealed its documents" in finding.todo


def test_a_receipt_printed_to_a_new_file_is_not_sealed() -> None:
    assert [kind for kind, _ in said_of(without_data(a_pdf()))] == [Kind.NOT_SEALED]


@pytest.mark.parametrize(
    "content", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF", a_pdf()[:2000], b"%PDF-1.7\n" + b"\0" * 33 * 1024 * 1024]
)
def test_what_is_no_pdf_is_unreadable_and_nothing_worse(content: bytes) -> None:
    assert [kind for kind, _ in said_of(content)] == [Kind.UNREADABLE]


def test_files_of_a_series_that_follow_each_other() -> None:
    files = in_a_chain(4)

    assert [each.findings for each in files] == [()] * 4
    assert wrong_between(files) == []
    assert wrong_between(files[::-1]) == []
    assert wrong_between(files[1:3]) == []


def test_a_file_left_out_is_named() -> None:
    files = in_a_chain(5)

    assert wrong_between([files[0], files[4]]) == [(Kind.MISSING, "R-2026-000002 to R-2026-000004")]


def test_nothing_is_missed_in_a_selection() -> None:
    files = in_a_chain(5)

    assert wrong_between([files[0], files[4]], selected=True) == []


def test_a_file_that_was_sealed_after_another_one_than_it_follows() -> None:
    files = in_a_chain(4, at_3={"previous": "0" * 64})

    assert wrong_between(files) == [(Kind.BROKEN, "R-2026-000003")]


def test_the_first_of_a_series_follows_nothing() -> None:
    files = in_a_chain(1, at_1={"previous": "0" * 64})

    assert wrong_between(files) == [(Kind.BROKEN, "R-2026-000001")]


def test_a_date_that_goes_backward_is_named() -> None:
    files = in_a_chain(4, at_3={"issued_at": ISSUED_AT - timedelta(days=1)})

    assert wrong_between(files) == [(Kind.BACK_DATED, "R-2026-000003")]


def test_copies_are_fine_and_two_documents_with_one_number_are_not() -> None:
    [first, twin] = in_a_chain(1), in_a_chain(1, at_1={"issued_at": ISSUED_AT})

    assert wrong_between([*first, *first]) == []
    assert wrong_between([*first, *twin]) == [(Kind.TWICE, "R-2026-000001.pdf")]


def test_series_are_looked_at_apart() -> None:
    refund = a_correction("refund")
    whole = sealed(refund, number="RF-2026-000007")

    assert wrong_between([*in_a_chain(2), inspect(printed(whole, refund))]) == []


def test_a_code_read_off_paper_is_checked_by_itself() -> None:
    code = sealing.code_of(sealed(a_snapshot(clinic=a_clinic())))

    found, told = inspecting.code(code, ring=RING)

    assert (found, told) == ([], [NUMBER, "2026-11-22T10:00:00Z", "12300", "EUR"])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda code: code.replace("12300", "99900"), Kind.FORGED),
        (lambda code: code.replace("R-2026-000123", "R-2026-000124"), Kind.FORGED),
        (lambda code: code.replace(KEY.public.id, "AAAAAAAA"), Kind.FOREIGN),
        (lambda code: code.removesuffix(code.split()[-1]), Kind.UNREADABLE),
        (lambda code: "https://clinic.example", Kind.UNREADABLE),
        (lambda code: "", Kind.UNREADABLE),
    ],
)
def test_a_code_that_was_changed_is_refused(change: Any, kind: Kind) -> None:
    found, _ = inspecting.code(change(sealing.code_of(sealed(a_snapshot()))), ring=RING)

    assert [finding.kind for finding in found] == [kind]
