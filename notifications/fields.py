"""A field of an API's body that says where a message goes. Beside `messages`, which knows what can be written to."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from notifications import messages


def address(value: str) -> str:
    """An email address that can be written to."""
    if not messages.is_address(value):
        raise ValueError("expected an email address such as ada@example.com")
    return value


IN_A_SCHEMA = {"type": "string", "format": "email", "maxLength": messages.LONGEST_ADDRESS}
Address = Annotated[str, AfterValidator(address), WithJsonSchema(IN_A_SCHEMA)]
