"""Whatever pydantic finds wrong is said in our words, without its own and without the value."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from servicekit import expectations

SECRET = "marker-private"


class Channel(Enum):
    """Two choices."""

    EMAIL = "email"
    SMS = "sms"


class Body(BaseModel):
    """An object with one field."""

    model_config = ConfigDict(extra="forbid")
    name: str


def what_was_expected(kind: Any, value: Any) -> str:
    """The one sentence that a value gets."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    [mistake] = refused.value.errors()
    return expectations.sentence(mistake["type"], mistake.get("ctx", {}))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (int, SECRET, "expected a whole number such as 12, not in quotes"),
        (int, 1.5, "expected a whole number such as 12, not in quotes"),
        (int, "9" * 5000, "expected a whole number such as 12, not in quotes"),
        (Annotated[int, Field(gt=0)], 0, "expected more than 0"),
        (Annotated[int, Field(ge=1)], 0, "expected 1 or more"),
        (Annotated[int, Field(lt=3)], 3, "expected less than 3"),
        (Annotated[int, Field(le=2)], 3, "expected at most 2"),
        (float, SECRET, "expected a number such as 12.5"),
        (Annotated[float, Field(allow_inf_nan=False)], float("nan"), "expected a number such as 12.5"),
        (bool, SECRET, "expected true or false"),
        (str, 12, "expected text in quotes"),
        (str, b"\xff", "expected text that is valid Unicode"),
        (Annotated[str, StringConstraints(min_length=3)], "ab", "expected text, 3 characters or more"),
        (Annotated[str, StringConstraints(max_length=3)], SECRET, "expected text of at most 3 characters"),
        (
            Annotated[str, StringConstraints(pattern=expectations.VISIBLE)],
            "two words",
            "expected printable characters without spaces",
        ),
        (Annotated[str, StringConstraints(pattern="^[a-z]$")], SECRET, "expected text of the form ^[a-z]$"),
        (Literal["email", "sms"], SECRET, "expected 'email' or 'sms'"),
        (Channel, SECRET, "expected 'email' or 'sms'"),
        (list[int], SECRET, "expected a list, in square brackets"),
        (Annotated[list[int], Field(min_length=1)], [], "expected a list, 1 entries or more"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "expected a list of at most 1 entries"),
        (Body, SECRET, "expected a JSON object"),
        (dict[str, str], SECRET, "expected a JSON object"),
        (Body, {}, "expected, but it is missing"),
        (Body, {"name": "", SECRET: ""}, "not expected: there is no such field here"),
        (dt.date, SECRET, "expected a day such as 2026-11-22"),
        (dt.date, "2026-11-22T10:00:00", "expected a day such as 2026-11-22"),
        (
            dt.datetime,
            SECRET,
            "expected a date, a time and its offset, such as 2026-11-22T10:00:00+01:00",
        ),
        (
            AwareDatetime,
            "2026-11-22T10:00:00",
            "expected a date, a time and its offset, such as 2026-11-22T10:00:00+01:00",
        ),
        (bytes, 12, "expected another value: see the documentation of the API"),
    ],
)
def test_a_wrong_value_gets_a_sentence_of_ours(kind: Any, value: Any, expected: str) -> None:
    assert what_was_expected(kind, value) == expected


def test_what_a_validator_of_ours_says_is_passed_on_as_it_is() -> None:
    context = {"error": "expected {braces} to stay"}

    assert expectations.sentence("value_error", context) == "expected {braces} to stay"
