"""Schemathesis as a caller of either API: asks whatever a schema allows or forbids, and judges every answer by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
import schemathesis
from jsonschema_rs import is_valid
from ninja import NinjaAPI
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

TOKEN = "visibly-fake-token-1"

Case = schemathesis.Case[Any]
BEYOND_A_SCHEMA: list[Any] = [checks.positive_data_acceptance]
"""A schema can't say that lines have to add up, or that a clock skips a time: what it allows may be refused."""

HEADERS = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}


def schema_of(api: NinjaAPI) -> schemathesis.BaseSchema:
    """What the API says of itself."""
    return schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))


def often(share: float = 1.0) -> Callable[[Any], Any]:
    """Ask a tenth as often as the profile tries a property, times `share`; a question costs a round trip or two."""
    return hypothesis.settings(max_examples=max(1, round(hypothesis.settings().max_examples / 10 * share)))


def ask(case: Case, url: str, *, row_by_row: bool = False, **known: str) -> None:
    """Ask as the case is, and then about what exists: parameters of these names get these values.

    A call that judges its rows one by one answers 200 whatever they are.
    """
    lenient = [checks.negative_data_rejection] if row_by_row or is_whole_again(case) else []
    case.call_and_validate(base_url=url, headers=HEADERS, excluded_checks=BEYOND_A_SCHEMA + lenient)
    for given in (case.path_parameters, case.query):
        aim(given, known)
    mended = [*BEYOND_A_SCHEMA, checks.negative_data_rejection]
    case.call_and_validate(base_url=url, headers=HEADERS, excluded_checks=mended)


def is_whole_again(case: Case) -> bool:
    """Whether a call that was spoiled only in its query or headers is one that the schema allows.

    What was taken away comes back when an unknown parameter, which anybody may send, happens to get its name; and the
    header that logs in is always ours.
    """
    spoiled = {place for place, how in case.meta.components.items() if how.mode.is_negative} if case.meta else set()
    if not spoiled or not spoiled <= {ParameterLocation.QUERY, ParameterLocation.HEADER}:
        return False
    given = {"query": case.query or {}, "header": case.headers or {}}
    wanted = [each for each in case.operation.definition.raw.get("parameters", ()) if each["in"] in given]
    return all(is_good(given[each["in"]].get(each["name"]), each) for each in wanted)


def is_good(value: object, parameter: Mapping[str, Any]) -> bool:
    """Whether a schema allows this text for a parameter, or its absence."""
    if value is None:
        return not parameter.get("required")
    return isinstance(value, str) and is_valid(parameter["schema"], value)


def aim(given: Any, known: Mapping[str, str]) -> None:
    """Put what exists where something is named."""
    for name, value in known.items():
        if isinstance(given, dict) and name in given:
            given[name] = value
