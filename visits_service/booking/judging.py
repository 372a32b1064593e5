"""Bodies that were looked at as a whole: what can be used of one, and every mistake in it by its field.

An address that can't be one is the only mistake that doesn't stop a visit: it is left out, and the patient's other
channels still work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from servicekit import api, expectations

Body_co = TypeVar("Body_co", bound=BaseModel, covariant=True)
Problem = tuple[str, str]
"""The field, as in `patient.email`, and what is expected there; never the value itself."""

ADDRESSES = frozenset(["patient.email", "patient.phone"])


class Judged(Generic[Body_co]):
    """A body, or None when nothing may be done with it; and its problems. Schemas show `Judged[Body]` as `Body`."""

    def __init__(self, given: Any, body: Body_co | None, problems: Collection[Problem] = ()) -> None:
        self.given, self.body, self.problems = given, body, tuple(problems)

    @property
    def name(self) -> str:
        """The id that was given with it, whether or not it can be one; empty without any."""
        given = self.given.get("external_id") if isinstance(self.given, dict) else None
        return given if isinstance(given, str) else ""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validates as the body does, and keeps what is wrong instead of raising it."""
        (body,) = get_args(source)
        return core_schema.no_info_wrap_validator_function(judge, handler(body))


def judge(given: Any, check: Callable[[Any], Body_co]) -> Judged[Body_co]:
    """What `check` (a model's validation) makes of what was given, without the addresses that can't be used."""
    try:
        return Judged(given, check(given))
    except ValidationError as wrong:
        problems = problems_of(wrong)
    broken = {field for field, _ in problems}
    if broken <= ADDRESSES:
        return Judged(given, check(without(given, broken)), problems)
    return Judged(given, None, problems)


def problems_of(wrong: ValidationError) -> list[Problem]:
    """Each mistake with its place, in the words of the API."""
    found = wrong.errors(include_url=False, include_input=False)
    return [(api.place(each["loc"]), expectations.sentence(each["type"], each.get("ctx", {}))) for each in found]


def without(given: dict[str, Any], broken: Collection[str]) -> dict[str, Any]:
    """What was given, less these fields of the patient."""
    patient = {name: value for name, value in given["patient"].items() if f"patient.{name}" not in broken}
    return given | {"patient": patient}
