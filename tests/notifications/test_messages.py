"""What may not be handed to the outbox, whoever asks. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import messages
from tests.notifications.builders import a_file, a_text, an_email, an_invitation

BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\u2029", "\x00"]


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize("field", ["to", "to_name", "subject", "reply_to", "from_email", "dedupe_key", "about"])
def test_no_field_can_start_another_header(field: str, line_break: str) -> None:
    with pytest.raises(messages.Refused) as refused:
        an_email(**{field: f"a@b.example{line_break}Bcc: everyone@elsewhere.example"})

    assert refused.value.field == field
    assert "everyone" not in str(refused.value)


NOT_ONE_ADDRESS = [
    *["", "anna", "@b.example", "a@", "a@b@c.example", "a b@c.example", "Anna <a@b.example>"],
    *["a@b.example,c@d.example", "a..b@c.example", ".a@c.example", "a@-c.example", "a@c..example"],
    *["zoë@c.example", "a" * 65 + "@c.example", "a@[127.0.0.1]"],
]


@pytest.mark.parametrize("address", NOT_ONE_ADDRESS)
def test_what_isnt_one_address_is_refused(address: str) -> None:
    with pytest.raises(messages.Refused, match="to:"):
        an_email(to=address)


@pytest.mark.parametrize(
    "address",
    ["anna@b.example", "a.b+c@sub.b.example", "o'neil@b.example", "a@żółw.example", "a@localhost", "1@2.example"],
)
def test_an_address_is_taken_as_it_is(address: str) -> None:
    email = an_email(to=address)

    assert email.to == address


@pytest.mark.parametrize("filename", ["", "zażółć.pdf", "../a.pdf", "a/b.pdf", ".pdf", "a\n.pdf", 'a".pdf', "a" * 120])
def test_a_file_name_that_providers_garble_is_refused(filename: str) -> None:
    with pytest.raises(messages.Refused, match="filename"):
        a_file(filename=filename)


@pytest.mark.parametrize(
    "content_type",
    [
        *["", "pdf", "application/pdf\r\nX: y", "application/", "application/pdf;", "application/pdf; x"],
        *["text/calendar; method=", 'text/calendar; method="RE\nQ"', "text/calendar; method=REQUEST\n"],
    ],
)
def test_a_media_type_that_isnt_one_is_refused(content_type: str) -> None:
    with pytest.raises(messages.Refused, match="content_type"):
        a_file(content_type=content_type)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("attachment.storage_key", {"text": ""}),
        ("attachment.storage_key", {"storage_key": "visits/1.ics"}),
        ("attachment.text", {"text": "BEGIN:VCALENDAR\x00"}),
        ("attachment.text", {"text": "half a \ud83d smile"}),
        ("attachment.content_type", {"content_type": "text/calendar; charset=latin-1"}),
        ("attachment.content_type", {"content_type": "text/calendar;charset=utf-16"}),
    ],
)
def test_an_attachment_has_one_content_and_a_text_is_utf_8(field: str, changes: dict[str, str]) -> None:
    with pytest.raises(messages.Refused) as refused:
        an_invitation(**changes)

    assert refused.value.field == field


@pytest.mark.parametrize("name", ["Bcc", "bcc", "To", "Message-ID", "X y", "X:", "", "Ünicode"])
def test_a_header_that_is_ours_or_malformed_is_refused(name: str) -> None:
    with pytest.raises(messages.Refused, match="headers"):
        an_email(headers=((name, "value"),))


@pytest.mark.parametrize(
    "lack",
    [
        {"dedupe_key": ""},
        {"text": ""},
        {"language": ""},
        {"language": "e\nn"},
        {"text": "a\x00b"},
        {"subject": "x" * 501},
        {"useful_until": datetime(2026, 5, 4, 10, 15)},  # noqa: DTZ001
    ],
)
def test_what_can_be_neither_sent_nor_kept_is_refused(lack: dict[str, Any]) -> None:
    with pytest.raises(messages.Refused):
        an_email(**lack)


@given(st.text())
def test_any_subject_is_either_refused_or_one_line(subject: str) -> None:
    try:
        email = an_email(subject=subject)
    except messages.Refused:
        return

    assert len(email.subject.splitlines()) <= 1
    email.subject.encode()


@given(st.emails())
def test_an_address_that_is_taken_has_one_local_part_and_one_domain(address: str) -> None:
    try:
        email = an_email(to=address)
    except messages.Refused:
        return

    assert email.to.count("@") == 1
    assert not set(email.to) & set(' ,;<>"\\()')


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("to", number) for number in ("", "500000001", "+48 500 000 001", "+0500000001", "+4850000000\n")],
        *[("to", number) for number in ("anna@patients.example", "+1234567890123456", "+٤٨٥٠٠٠٠٠٠٠١")],
        *[("text", text) for text in ("", " \n", "half a \ud83d smile", "a\x00b")],
        *[("dedupe_key", key) for key in ("", "two\nlines", "x" * 201)],
        *[("about", about) for about in ("two\nlines", "x" * 101)],
        *[("language", tag) for tag in ("", "e\nn", "english language")],
        ("useful_until", datetime(2026, 5, 4, 10, 15)),  # noqa: DTZ001
    ],
)
def test_a_text_that_can_be_neither_sent_nor_kept_is_refused_by_its_field(field: str, value: Any) -> None:
    with pytest.raises(messages.Refused) as refused:
        a_text(**{field: value})

    assert refused.value.field == field
    assert not (isinstance(value, str) and value.strip() and value in str(refused.value))


def test_a_text_that_is_printed_by_accident_tells_neither_number_nor_text() -> None:
    text = a_text()

    printed = f"{text!r} {text}"

    assert text.to not in printed
    assert text.text not in printed
