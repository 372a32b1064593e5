"""Schemathesis as a caller of either API: asks whatever a schema allows or forbids, and judges every answer by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
import schemathesis
from ninja import NinjaAPI
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
    lenient = [checks.negative_data_rejection] if row_by_row else []
    case.call_and_validate(base_url=url, headers=HEADERS, excluded_checks=BEYOND_A_SCHEMA + lenient)
    for given in (case.path_parameters, case.query):
        aim(given, known)
    mended = [*BEYOND_A_SCHEMA, checks.negative_data_rejection]
    case.call_and_validate(base_url=url, headers=HEADERS, excluded_checks=mended)


def aim(given: Any, known: Mapping[str, str]) -> None:
    """Put what exists where something is named."""
    for name, value in known.items():
        if isinstance(given, dict) and name in given:
            given[name] = value
