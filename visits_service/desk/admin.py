"""Doors of the front desk: find somebody, read a story, send a reminder. What is posted there is in no address."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from notifications.tasks import nudge_messages
from servicekit import elsewhere
from servicekit.admin import ReadOnly
from visits_service.desk import overview, searching, sending, sentences, story
from visits_service.desk.forms import SendForm, initial_of
from visits_service.desk.models import PatientStory, VisitStory
from visits_service.desk.rights import KEEP, READ, SEND
from visits_service.reminders.by_hand import Doubtful, Impossible
from visits_service.visits.models import AHEAD, Patient, Visit


class Page(ReadOnly):
    """Who may see the rows that are shown may see the page."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may read visits, patients and reminders."""
        return request.user.has_perms(READ)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return request.user.has_perms(READ)


@admin.register(VisitStory)
class VisitStoryAdmin(Page, admin.ModelAdmin[VisitStory]):
    """The list is a search; each visit's page is its story, with a form that sends a reminder."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One box; straight to the only one that fits."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sought = request.POST.get("sought", "")[: searching.LONGEST]
        found = searching.find(sought) if sought else None
        if found and (only := found.only_visit or found.only_patient):
            return HttpResponseRedirect(address_of(only))
        context = {
            **self.around(request),
            "title": "Find a visit or a patient",
            "search": overview.search(request.user),
            "sought": sought,
            "found": found,
            "on_record": found.rows if found else (),
            "most": searching.MOST,
        }
        return TemplateResponse(request, "admin/desk/find.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One visit's story; what is posted there is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        visit = self.get_object(request, object_id)
        if visit is None:
            self.message_user(request, "There is no such visit.", level=messages.WARNING)
            return HttpResponseRedirect(reverse("admin:desk_visitstory_changelist"))
        return self.send(request, visit) if request.method == "POST" else self.page(request, visit)

    def send(self, request: HttpRequest, visit: VisitStory) -> HttpResponse:
        """Queue a reminder, or say what is in the way, or ask what has to be confirmed or insisted on."""
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        form = form_of(request, visit, data=request.POST)
        if not form.is_valid():
            return self.page(request, visit, form)
        if not form.is_confirmed(form.cleaned_data["to"], known=form.on_record()):
            question = form.question(here=address_of(visit))
            return elsewhere.ask(request, form, question, context=self.around(request))
        wish, by = form.wish(), request.user.get_username()
        try:
            message_id = sending.send(visit, wish, keep=form.keeps(), by=by, at=timezone.now())
        except Impossible as impossible:
            self.message_user(request, sentences.OBSTACLES[impossible.obstacle], level=messages.ERROR)
            return HttpResponseRedirect(address_of(visit))
        except Doubtful as doubtful:
            return self.page(request, visit, insisting(request, visit, doubtful), doubtful.doubts)
        nudge_messages({wish.channel: [message_id]})
        self.log_change(request, visit, f"Sent a reminder {sentences.BY[wish.channel]}.")
        self.message_user(request, sentences.SENT)
        return HttpResponseRedirect(address_of(visit))

    def around(self, request: HttpRequest) -> dict[str, Any]:
        """What stands around a page of this part of the admin."""
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def page(
        self, request: HttpRequest, visit: Visit, form: SendForm | None = None, doubts: tuple[str, ...] = ()
    ) -> HttpResponse:
        """The story, and the form where something can still be sent."""
        now = timezone.now()
        may_send = request.user.has_perm(SEND) and visit.status in AHEAD and visit.starts_at > now
        context = {
            **self.around(request),
            "title": f"Visit {visit.external_id}",
            "on_record": [visit.patient],
            "visit": visit,
            "patient": visit.patient,
            "patient_story": address_of(visit.patient),
            "story": story.of_visit(visit, now=now),
            "form": (form or form_of(request, visit, initial=initial_of(visit))) if may_send else None,
            "doubts": [sentences.DOUBTS[doubt] for doubt in doubts],
        }
        return TemplateResponse(request, "admin/desk/visit.html", context)


@admin.register(PatientStory)
class PatientStoryAdmin(Page, admin.ModelAdmin[PatientStory]):
    """A patient's visits, and the story of all of them; there is no list but the search."""

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """None, so that the index shows one way in."""
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """To the search."""
        return HttpResponseRedirect(reverse("admin:desk_visitstory_changelist"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One patient's story."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        patient = self.get_object(request, object_id)
        if patient is None:
            self.message_user(request, "There is no such patient.", level=messages.WARNING)
            return HttpResponseRedirect(reverse("admin:desk_visitstory_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Patient {patient.external_id}",
            "opts": VisitStory._meta,
            "patient": patient,
            "visits": (visits := story.newest_visits(patient)),
            "on_record": visits,
            "story": story.of_patient(patient, now=timezone.now()),
        }
        return TemplateResponse(request, "admin/desk/patient.html", context)


def address_of(found: Visit | Patient) -> str:
    """The page of a visit's or a patient's story."""
    kind = "visitstory" if isinstance(found, Visit) else "patientstory"
    return reverse(f"admin:desk_{kind}_change", args=[found.pk])


def form_of(request: HttpRequest, visit: Visit, **about: Any) -> SendForm:
    """The form for this visit, and for what this user may do."""
    return SendForm(patient=visit.patient, may_keep=request.user.has_perm(KEEP), **about)


def insisting(request: HttpRequest, visit: Visit, doubtful: Doubtful) -> SendForm:
    """The same form, whose next post insists on what is said beside it."""
    data = request.POST.copy()
    data["insists_on"] = " ".join(doubtful.doubts)
    return form_of(request, visit, data=data)
