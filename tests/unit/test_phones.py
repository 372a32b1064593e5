"""Numbers as people write them, in E.164; and those that no SMS can reach."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from visits_service.visits import phones

MOBILE = {
    region: example
    for region in phonenumbers.SUPPORTED_REGIONS
    if (example := phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE))
}


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("601 000 001", "PL", "+48601000001"),
        ("0048 601-000-001", "PL", "+48601000001"),
        ("+48601000001", "", "+48601000001"),
        ("+48601000001", "GB", "+48601000001"),
        ("07400 123456", "GB", "+447400123456"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("٦٠١٠٠٠٠٠١", "PL", "+48601000001"),
        (" +977 984-1000001 ", "", "+9779841000001"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_in_its_country(text: str, country: str, number: str) -> None:
    assert phones.e164(text, country=country, for_sms=True) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("601 000 001", "with its country"),
        ("112", "with its country"),
        ("", "such as"),
        ("+", "such as"),
        ("+48 601", "such as"),
        ("+999 601 000 001", "such as"),
        ("+48 601 000 001 000 001 000 001", "such as"),
        ("+49 15123456789012345", "such as"),
        ("+48 601 000 001 ext 5", "without an extension"),
        ("+48601000001#5", "without an extension"),
        ("+48601000001;ext=5", "without an extension"),
        ("+48601000001, +48601000002", "one phone number"),
        ("+1 800 FLOWERS", "or words"),
        ("mobile", "or words"),
    ],
)
def test_what_cannot_be_a_number_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        phones.e164(text, country="", for_sms=True)


@pytest.mark.parametrize("number", ["+48225550100", "+442079460958", "+18005550100", "+48700000000", "+48801000000"])
def test_lines_that_get_no_sms_are_refused_for_it_and_kept_for_calls(number: str) -> None:
    with pytest.raises(ValueError, match="a mobile number"):
        phones.e164(number, country="", for_sms=True)

    assert phones.e164(number, country="", for_sms=False) == number


@pytest.mark.parametrize("region", sorted(MOBILE))
def test_a_mobile_number_of_every_country_is_taken(region: str) -> None:
    example = MOBILE[region]

    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)

    assert phones.e164(written, country=region, for_sms=True).startswith(f"+{example.country_code}")


@given(text=st.text(max_size=30), country=st.sampled_from(["", "PL", "US", "IT"]))
def test_any_text_is_a_number_in_e164_or_gets_a_sentence(text: str, country: str) -> None:
    answer = answered(text, country=country)

    assert re.fullmatch(r"\+[0-9]{1,15}|expected .*", answer)
    assert answer.startswith("expected") or answered(answer, country=country) == answer


@given(digits=st.text("0123456789 -()", min_size=3, max_size=20), country=st.sampled_from(["", "PL", "US", "IT"]))
def test_so_does_any_row_of_digits(digits: str, country: str) -> None:
    answer = answered(f"+{digits}", country=country)

    assert re.fullmatch(r"\+[0-9]{1,15}|expected .*", answer)
    assert answer.startswith("expected") or answered(answer, country=country) == answer


def answered(text: str, *, country: str) -> str:
    """The number, or the sentence that was said instead."""
    try:
        return phones.e164(text, country=country, for_sms=True)
    except ValueError as refused:
        return str(refused)


@pytest.mark.parametrize(
    ("number", "hidden"),
    [
        ("+48601000001", "+48 ••• ••• 001"),
        ("+12025550123", "+1 •••-•••-•123"),
        ("+97450000001", "+974 •••• •001"),
        ("nonsense", "•••nse"),
    ],
)
def test_a_phone_number_is_half_hidden_as_it_is_written_in_its_country(number: str, hidden: str) -> None:
    assert phones.half_hidden(number) == hidden
