"""What a wrong value in a request should have been, in plain words; used by `api` for what pydantic finds.

The words below are all that a caller reads: pydantic's own would speak of Python, and some of them quote the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VISIBLE = r"^[\x21-\x7e]+$"
"""The pattern of ids and keys: printable ASCII without spaces."""

WHOLE_NUMBER = "expected a whole number such as 12, not in quotes"
NUMBER = "expected a number such as 12.5"
YES_OR_NO = "expected true or false"
DAY = "expected a day such as 2026-11-22"
INSTANT = "expected a date, a time and its offset, such as 2026-11-22T10:00:00+01:00"
ENTRY = "expected a JSON object"
OTHERWISE = "expected another value: see the documentation of the API"

SENTENCES = {
    "value_error": "{error}",  # our own validators, which say what they expect
    "missing": "expected, but it is missing",
    "extra_forbidden": "not expected: there is no such field here",
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected at most {le}",
    "string_type": "expected text in quotes",
    "string_unicode": "expected text that is valid Unicode",
    "string_too_short": "expected text, {min_length} characters or more",
    "string_too_long": "expected text of at most {max_length} characters",
    "string_pattern_mismatch": "expected text of the form {pattern}",
    VISIBLE: "expected printable characters without spaces",
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "literal_error": "expected {expected}",
    "enum": "expected {expected}",
    "list_type": "expected a list, in square brackets",
    "too_short": "expected a list, {min_length} entries or more",
    "too_long": "expected a list of at most {max_length} entries",
    "model_type": ENTRY,
    "model_attributes_type": ENTRY,
    "dict_type": ENTRY,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_object_invalid": INSTANT,
    "datetime_from_date_parsing": INSTANT,
    "timezone_aware": INSTANT,
}
"""By pydantic's name of the mistake, or by the pattern that a text doesn't have."""


def sentence(kind: str, context: Mapping[str, Any]) -> str:
    """What was expected, for a mistake of pydantic's `kind` and its context, such as `{"ge": 1}`."""
    words = SENTENCES.get(str(context.get("pattern"))) or SENTENCES.get(kind, OTHERWISE)
    return words.format_map(context)
