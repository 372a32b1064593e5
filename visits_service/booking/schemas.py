"""What the visits API takes, with the sentence that a wrong value gets. A file's rows and forms are read by it too."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from notifications import fields
from servicekit.fields import Locale, Name, Note, Strict, Word
from visits_service.booking import times
from visits_service.booking.judging import Judged
from visits_service.visits import phones
from visits_service.visits.services import PatientData, VisitData

MOST_ROWS = 1_000
Channel = Literal["email", "sms"]
EVERY_CHANNEL: tuple[Channel, ...] = ("email", "sms")
VISIT_ID = re.compile(r"(?!\.{1,2}$)[\x21-\x2e\x30-\x7e]{1,100}")
"""Without a slash, and not a dot or two: it stands in addresses."""

known_zones = functools.cache(available_timezones)


def visit_id(value: str) -> str:
    """A visit's id, fit for an address."""
    if not VISIT_ID.fullmatch(value):
        raise ValueError("expected 1 to 100 printable ASCII characters without spaces and slashes")
    return value


def zone_name(value: str) -> str:
    """A time zone, or nothing."""
    if value and value not in known_zones():
        raise ValueError("expected an IANA time zone such as Europe/Warsaw")
    return value


def address_or_nothing(value: str) -> str:
    """An email address that can be written to, or nothing."""
    return value and fields.address(value)


def each_once(value: list[Channel]) -> list[Channel]:
    """Channels, none of them twice."""
    if len(set(value)) < len(value):
        raise ValueError("expected each channel once")
    return value


VisitId = Annotated[str, AfterValidator(visit_id)]
Zone = Annotated[str, AfterValidator(zone_name)]
Stripped = Annotated[str, StringConstraints(strip_whitespace=True)]
Channels = Annotated[list[Channel], AfterValidator(each_once)]


class Given(Strict):
    """A body in which `null` says the same as leaving the field out."""

    @model_validator(mode="before")
    @classmethod
    def nothing_is_nothing(cls, given: Any) -> Any:
        """Drop what is null."""
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class PatientIn(Given):
    """A patient as the clinic knows them. What is left out is unknown: an address from before is cleared."""

    external_id: Name
    name: Word
    locale: Locale = Field("", description="Such as `pl` or `de-AT`; the clinic's language unless given.")
    timezone: Zone = Field("", description="Where the patient is, when that differs from the visit's zone.")
    channels: Channels = Field(list(EVERY_CHANNEL), description="What to remind by, in the order of preference.")
    email: Annotated[Stripped, AfterValidator(address_or_nothing)] = ""
    phone: Stripped = Field("", description="With `+`, or as it is dialled in the clinic's country. Kept as E.164.")

    @field_validator("phone")
    @classmethod
    def as_e164(cls, value: str, info: ValidationInfo) -> str:
        """A number that can get an SMS where the patient shall be reached by one; for calls only, any that exists."""
        for_sms = "sms" in info.data.get("channels", EVERY_CHANNEL)
        return value and phones.e164(value, country=settings.CLINIC_COUNTRY, for_sms=for_sms)

    def data(self) -> PatientData:
        """The patient as the service takes it."""
        return PatientData(**self.model_dump(exclude={"channels"}), channels=tuple(self.channels))


class AppointmentIn(Given):
    """When and where. Times are ISO 8601: with an offset, or without one by the clock of `timezone`."""

    timezone: Zone = Field("", description="Whose clock the visit is held by: an IANA name; the clinic's unless given.")
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None
    practitioner: Note = ""
    place: Note = ""

    @field_validator("starts_at", "ends_at", mode="plain", json_schema_input_type=str)
    @classmethod
    def instant(cls, value: Any, info: ValidationInfo) -> dt.datetime:
        """An instant in UTC. A local time whose zone is wrong is read as UTC: the zone's mistake is enough."""
        instant = times.instant(value, zone=ZoneInfo(info.data.get("timezone", "UTC") or settings.CLINIC_TIME_ZONE))
        if info.field_name == "ends_at" and instant <= info.data.get("starts_at", instant - dt.timedelta.resolution):
            raise ValueError("expected an end after the start")
        return instant

    def data(self, external_id: str) -> VisitData:
        """The visit as the service takes it."""
        values = {name: getattr(self, name) for name in ("starts_at", "ends_at", "practitioner", "place")}
        return VisitData(external_id=external_id, timezone=self.timezone or settings.CLINIC_TIME_ZONE, **values)


class VisitIn(AppointmentIn):
    """A visit and whose it is."""

    patient: PatientIn


class RowIn(VisitIn):
    """A visit among many."""

    external_id: VisitId


class BatchIn(Strict):
    """Up to a thousand visits; one that can't be saved doesn't stop the others."""

    visits: list[Judged[RowIn]] = Field(min_length=1, max_length=MOST_ROWS)
