"""What an API's schema says beside its routes: every refusal that a caller may meet, in one shape. Used by `api`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema


class ErrorOut(Schema):
    """A mistake: the field as in `patient.email`, empty when it is none's, and what is expected there."""

    field: str
    message: str


class ErrorsOut(Schema):
    """Why a request was refused: every mistake in it."""

    errors: list[ErrorOut]


ALWAYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
WITH_A_BODY = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
FOR_WANT_OF_IT = (HTTPStatus.NOT_FOUND,)
PDF = {"responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}}
"""For a route that answers with a file (`openapi_extra`)."""


def refusals(*statuses: int) -> dict[int, type[ErrorsOut]]:
    """For a route's `response`: refusals beside those that every route has."""
    return dict.fromkeys(statuses, ErrorsOut)


class DescribedAPI(NinjaAPI):
    """An API whose schema names the refusals that its routes have in common."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The schema; a route that describes a status itself keeps its own words."""
        schema = super().get_openapi_schema(**asked)
        schema["components"]["schemas"] |= shapes()
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                operation["responses"] = {**common_to(path, operation), **operation["responses"]}
        return schema


def shapes() -> dict[str, Any]:
    """The refusal's shape, and that of a mistake in it."""
    refusal = ErrorsOut.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**refusal.pop("$defs"), ErrorsOut.__name__: refusal}


def common_to(path: str, operation: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The refusals that a route has for what it takes: a body, or the name of something that may not exist."""
    met = [*ALWAYS, *(WITH_A_BODY if "requestBody" in operation else ()), *(FOR_WANT_OF_IT if "{" in path else ())]
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorsOut.__name__}"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in sorted(met)}
