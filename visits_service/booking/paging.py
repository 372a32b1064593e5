"""A page of visits: what may be asked for, and the cursor by which the next page is asked for."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema

from visits_service.booking import times
from visits_service.visits.selectors import Place, Wanted

LARGEST_PAGE = 500


def beginning(value: Any) -> Any:
    """A filter's instant in UTC: a day or a local time is the clinic's."""
    return times.beginning(value, zone=ZoneInfo(settings.CLINIC_TIME_ZONE)) if isinstance(value, str) else value


def place(cursor: str) -> Place | None:
    """The place that a cursor of ours names; None for an empty one. Raises ValueError for another text."""
    if not cursor:
        return None
    try:
        start, pk = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        return dt.datetime.fromisoformat(start).astimezone(dt.UTC), int(pk)
    except (ValueError, OverflowError):
        raise ValueError("expected the value of `next` from the page before") from None


def known_cursor(value: str) -> str:
    """A cursor of ours, or nothing."""
    place(value)
    return value


def cursor(place: Place) -> str:
    """The place as a word that fits into an address."""
    start, pk = place
    return base64.urlsafe_b64encode(f"{start.isoformat()} {pk}".encode()).decode()


TEXT = WithJsonSchema({"type": "string"})
Beginning = Annotated[dt.datetime | None, BeforeValidator(beginning), TEXT]
Cursor = Annotated[str, AfterValidator(known_cursor)]
Patient = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class Asked(BaseModel):
    """Every filter is optional. Times are days such as `2026-11-25` or ISO 8601, by the clinic's clock."""

    first: Beginning = Field(None, alias="from", description="Visits that start then or later.")
    end: Beginning = Field(None, alias="to", description="Visits that start before.")
    updated_since: Beginning = Field(None, description="Visits that were changed then or later.")
    status: Literal["", "booked", "confirmed", "cancelled", "done"] = ""
    patient: Patient = Field("", description="The patient's external id.")
    limit: int = Field(100, ge=1, le=LARGEST_PAGE)
    cursor: Cursor = Field("", description="`next` of the page before.")

    def wanted(self) -> Wanted:
        """The filters as the selector takes them."""
        return Wanted(**self.model_dump(include={"first", "end", "updated_since", "status", "patient"}))

    @classmethod
    def names(cls) -> set[str]:
        """What the parameters are called in an address."""
        return {field.alias or name for name, field in cls.model_fields.items()}
