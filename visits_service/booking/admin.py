"""For the clinic's staff: patients, their visits, and what they refuse; saved by the services, so that plans follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from servicekit.admin import IDS_ONLY, ReadOnly
from visits_service.booking import nudging, services
from visits_service.booking.forms import PatientForm, RefusalForm, VisitForm
from visits_service.booking.services import Saved
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import services as visits
from visits_service.visits.models import OptOut, Patient, Visit


class ReminderInline(ReadOnly, admin.TabularInline[Reminder, Visit]):
    """A visit's reminders, of every version of it."""

    model = Reminder
    fields = readonly_fields = ("visit_version", "channel", "lead", "state", "send_at", "reason", "delivery")
    ordering = ("visit_version", "send_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reminder]:
        """With their messages, in one query."""
        return super().get_queryset(request).select_related("message")

    @admin.display(description="message")
    def delivery(self, reminder: Reminder) -> str:
        """How its message fares."""
        return reminder.message.get_state_display() if reminder.message else ""


class AnswerInline(ReadOnly, admin.TabularInline[Answer, Visit]):
    """What the patient said about a visit."""

    model = Answer
    fields = readonly_fields = ("received_at", "kind", "text", "source", "needs_a_person", "seen_at")


class OptOutInline(ReadOnly, admin.TabularInline[OptOut, Patient]):
    """What a patient refuses, and refused before."""

    model = OptOut
    fields = readonly_fields = ("channel", "source", "since", "until")


class Labelled:
    """A form in which each field has its label, for who can't see where it stands."""

    class Media:
        js = ("booking/labels.js",)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        """What belongs to a record, once there is one: nothing but empty tables before."""
        return list(self.inlines) if obj else []  # type: ignore[attr-defined]  # the admin's own


class Kept(Labelled):
    """A record that stays once it is there: it may be added and changed, never deleted; its id stays the same."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The id, once there is one."""
        return ("external_id",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False


@admin.register(Patient)
class PatientAdmin(Kept, admin.ModelAdmin[Patient]):
    """Who comes to the clinic. A new address counts for every visit that is still to come."""

    form = PatientForm
    fields = ("external_id", "name", "email", "phone", "locale", "timezone", "channels")
    list_display = ("external_id", "name", "email", "phone", "locale")
    search_fields = ("=external_id",)
    search_help_text = IDS_ONLY
    inlines = (OptOutInline,)

    def save_model(self, request: HttpRequest, obj: Patient, form: forms.ModelForm[Patient], change: bool) -> None:
        """Keep the patient, and plan their visits accordingly."""
        assert isinstance(form, PatientForm)
        obj.pk = services.save_patient(form.patient, at=timezone.now()).pk


@admin.register(Visit)
class VisitAdmin(Kept, admin.ModelAdmin[Visit]):
    """When somebody comes. Reminders are planned as soon as a visit is saved."""

    form = VisitForm
    fields = ("external_id", "patient", "starts", "ends", "timezone", "practitioner", "place")
    autocomplete_fields = ("patient",)
    list_display = ("external_id", "starts", "status", "patient_name", "practitioner", "place")
    list_filter = ("status", "starts_at")
    list_select_related = ("patient",)
    search_fields = ("=external_id", "=patient__external_id")
    search_help_text = IDS_ONLY
    inlines = (ReminderInline, AnswerInline)
    actions = ("cancel", "book_again")

    def save_model(self, request: HttpRequest, obj: Visit, form: forms.ModelForm[Visit], change: bool) -> None:
        """Keep the visit and plan it; the patient stays as they are."""
        assert isinstance(form, VisitForm)
        patient = Patient.objects.select_for_update().get(pk=obj.patient_id)
        saved = services.save(form.visit, visits.known(patient), at=timezone.now())
        nudging.tell(saved)
        obj.pk = saved.visit.pk

    @admin.action(description="Cancel", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Visit]) -> None:
        """Cancel visits; what wasn't sent is taken back."""
        self.each(request, queryset, services.cancel, done="cancelled")

    @admin.action(description="Book again after all", permissions=["change"])
    def book_again(self, request: HttpRequest, queryset: QuerySet[Visit]) -> None:
        """Let cancelled visits take place; their reminders are planned anew."""
        self.each(request, queryset, services.rebook, done="booked again")

    def each(self, request: HttpRequest, chosen: QuerySet[Visit], change: Callable[..., Saved], *, done: str) -> None:
        """Do the same with every visit that isn't over, and say how many have changed."""
        saved = [each for visit in chosen if (each := unless_over(change, visit.external_id, at=timezone.now()))]
        nudging.tell(*saved)
        changed = sum(each.changed for each in saved)
        self.message_user(request, f"{changed} {done}, {len(chosen) - changed} left as they were.")

    @admin.display(description="starts", ordering="starts_at")
    def starts(self, visit: Visit) -> str:
        """By the clock of its place."""
        return f"{visit.starts_at.astimezone(ZoneInfo(visit.timezone)):%Y-%m-%d %H:%M} {visit.timezone}"

    @admin.display(description="patient", ordering="patient__name")
    def patient_name(self, visit: Visit) -> str:
        """Who comes."""
        return visit.patient.name


@admin.register(OptOut)
class OptOutAdmin(Labelled, ReadOnly, admin.ModelAdmin[OptOut]):
    """What patients, or the numbers they are reached at, refuse. Staff add what a patient tells them, and end it."""

    form = RefusalForm
    autocomplete_fields = ("patient",)
    list_display = ("channel", "who", "address", "source", "since", "until")
    list_filter = ("channel", "source", ("until", admin.EmptyFieldListFilter))
    list_select_related = ("patient",)
    search_fields = ("=patient__external_id",)
    search_help_text = IDS_ONLY
    actions = ("end",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever may add opt-outs."""
        return request.user.has_perm("visits.add_optout")

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whoever may change opt-outs."""
        return request.user.has_perm("visits.change_optout")

    def save_model(self, request: HttpRequest, obj: OptOut, form: forms.ModelForm[OptOut], change: bool) -> None:
        """Put it on record, and take back what was planned on that channel."""
        patient: Any = obj.patient
        obj.pk = services.refuse(obj.channel, patient=patient, at=timezone.now()).pk

    @admin.action(description="End these: messages are welcome again", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[OptOut]) -> None:
        """End what stands; a number that has refused by itself may still be closed at the provider."""
        ended = sum(services.allow(refusal, at=timezone.now()) for refusal in queryset.filter(until__isnull=True))
        self.message_user(request, f"{ended} ended.")

    @admin.display(description="patient", ordering="patient__name")
    def who(self, refusal: OptOut) -> str:
        """The patient; nobody for a number's or an address's own."""
        return refusal.patient.name if refusal.patient else ""


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin[Reminder]):
    """Every reminder, to read."""

    list_display = ("visit", "visit_version", "channel", "lead", "state", "send_at", "reason", "delivery")
    list_filter = ("state", "channel", "reason", "send_at")
    list_select_related = ("visit", "message")
    search_fields = ("=visit__external_id", "=visit__patient__external_id")
    search_help_text = IDS_ONLY

    @admin.display(description="message", ordering="message__state")
    def delivery(self, reminder: Reminder) -> str:
        """How its message fares."""
        return reminder.message.get_state_display() if reminder.message else ""


def unless_over(change: Callable[..., Saved], external_id: str, *, at: datetime) -> Saved | None:
    """The visit as the change leaves it; None for one that is over."""
    try:
        return change(external_id, at=at)
    except services.Over:
        return None
