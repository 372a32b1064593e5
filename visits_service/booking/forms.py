"""What staff type into the admin: read by the API's schemas, so that every door has the same rules and sentences."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone

from notifications.models import Channel
from visits_service.booking import intake, judging
from visits_service.booking.judging import Problem
from visits_service.booking.schemas import AppointmentIn, PatientIn
from visits_service.visits.models import OptOut, Patient, Visit
from visits_service.visits.services import PatientData, VisitData

SHOWN_AS = {"starts_at": "starts", "ends_at": "ends"}
"""What the schemas' times are called in a form."""


class LocalTime(forms.MultiValueField):
    """A date and a time as they were typed, in one text; the form knows by whose clock."""

    widget = AdminSplitDateTime

    def __init__(self, *, named: str, **about: Any) -> None:
        super().__init__(fields=(forms.CharField(), forms.CharField()), label=named, **about)
        for part, says in zip(self.widget.widgets, ("date", "time"), strict=True):
            part.attrs["aria-label"] = f"{named}: {says}"  # the one label can't belong to both

    def compress(self, data_list: list[str]) -> str:
        """ISO 8601; an offset may stand behind the time."""
        return "T".join(data_list)


class VisitForm(forms.ModelForm[Visit]):
    """A visit, its times by the clock of its own zone."""

    # Not called as the model's fields are, which would take a local time for one of the server's.
    starts = LocalTime(named="Starts", help_text="By the clock of the time zone below, such as 2026-11-25 10:00.")
    ends = LocalTime(named="Ends", required=False)

    class Meta:
        model = Visit
        fields = ("external_id", "patient", "timezone", "practitioner", "place")

    def __init__(self, *args: Any, **about: Any) -> None:
        about["initial"] = initial_of(about.get("instance")) | (about.get("initial") or {})
        super().__init__(*args, **about)

    def clean(self) -> dict[str, Any]:
        """The visit as the service takes it, or what is expected, by field."""
        cleaned = super().clean() or {}
        external_id = cleaned.get("external_id") or self.instance.external_id
        given = {name: cleaned.get(SHOWN_AS.get(name, name)) or None for name in AppointmentIn.model_fields}
        judged = judging.judge(given, AppointmentIn.model_validate)
        complain(self, [*judged.problems, *intake.problems_with_id(external_id)])
        if judged.body:
            self.visit: VisitData = judged.body.data(external_id)
            complain(self, intake.problems_with_times(self.visit, at=timezone.now()))
        return cleaned


class PatientForm(forms.ModelForm[Patient]):
    """A patient; an address that can't be one isn't saved."""

    email = forms.CharField(required=False)
    phone = forms.CharField(required=False, help_text="With + or as it is dialled here; kept as +48601000001.")
    channels = forms.MultipleChoiceField(
        choices=Channel.choices,
        initial=Channel.values,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What to remind by.",
    )

    class Meta:
        model = Patient
        fields = ("external_id", "name", "email", "phone", "locale", "timezone", "channels")

    def clean(self) -> dict[str, Any]:
        """The patient as the service takes them, or what is expected, by field."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("channels", [])
        in_order = [*(each for each in self.instance.channels if each in chosen), *chosen]
        given = {name: cleaned.get(name) or None for name in PatientIn.model_fields}
        given |= {
            "channels": list(dict.fromkeys(in_order)),
            "external_id": cleaned.get("external_id") or self.instance.external_id,
        }
        judged = judging.judge(given, PatientIn.model_validate)
        complain(self, judged.problems)
        if judged.body:
            self.patient: PatientData = judged.body.data()
            cleaned |= {"email": self.patient.email, "phone": self.patient.phone}
        return cleaned


class RefusalForm(forms.ModelForm[OptOut]):
    """What a patient told the clinic to leave alone."""

    class Meta:
        model = OptOut
        fields = ("patient", "channel")

    def __init__(self, *args: Any, **about: Any) -> None:
        super().__init__(*args, **about)
        self.fields["patient"].required = True

    def clean(self) -> dict[str, Any]:
        """A refusal that isn't on record yet."""
        cleaned = super().clean() or {}
        known = OptOut.objects.filter(patient=cleaned.get("patient"), channel=cleaned.get("channel"), address="")
        if known.filter(until__isnull=True).exists():
            complain(self, [("channel", "this patient's refusal is on record already")])
        return cleaned


def initial_of(visit: Visit | None) -> dict[str, Any]:
    """What a form begins with: a visit's times by its own clock, or a new id and the clinic's zone."""
    if visit is None or visit.pk is None:
        return {"external_id": f"desk-{secrets.token_hex(4)}", "timezone": settings.CLINIC_TIME_ZONE}
    return {shown: on_the_wall(getattr(visit, name), visit.timezone) for name, shown in SHOWN_AS.items()}


def on_the_wall(instant: datetime | None, zone: str) -> datetime | None:
    """What the zone's clock shows, naive, so that nobody shifts it again."""
    return instant and instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def complain(form: forms.ModelForm[Any], problems: Iterable[Problem]) -> None:
    """Say each problem at its field, once; what belongs to none of the form's fields stands above it."""
    for field, expected in problems:
        name = SHOWN_AS.get(field, field.split(".")[0])
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, expected)
