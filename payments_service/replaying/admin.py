"""Replaying from the list of Stripe's events: choose some, see what would be done, confirm. And what was sent again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from payments_service.replaying import nudging, planning, redoing
from payments_service.replaying.models import LONGEST_REASON, Replay
from payments_service.replaying.redoing import Order
from payments_service.webhooks.admin import StripeEventAdmin
from payments_service.webhooks.models import StripeEvent
from servicekit.admin import IDS_ONLY, ReadOnly

MOST_AT_ONCE = 50
"""A PDF that is lost is rendered while the browser waits; the command takes any number."""


class ReplayForm(forms.Form):
    """Whether what was sent before is sent again, and why."""

    send_again = forms.BooleanField(required=False, label="Also send again what was sent before")
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        help_text="Why it is sent again; this is kept. No names in it, please.",
        widget=forms.TextInput(attrs={"size": 80}),
    )

    def clean_reason(self) -> str:
        """One line, as it is kept."""
        reason: str = self.cleaned_data["reason"]
        if not reason.isprintable():
            raise forms.ValidationError("Expected one line of text.")
        return reason

    def clean(self) -> dict[str, Any]:
        """The reason is required for sending again, and is for nothing else."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("send_again") and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Sending again needs a reason.")
        if given.get("reason") and not given.get("send_again"):
            self.add_error("send_again", "A reason is for sending again: tick this, or leave the reason out.")
        return given


admin.site.unregister(StripeEvent)  # `webhooks` can't know of this app, which stands on it


@admin.register(StripeEvent)
class ReplayableEventAdmin(StripeEventAdmin):
    """The inbox, with the action."""

    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may add to the record of what was sent again."""
        return request.user.has_perm("replaying.add_replay")

    @admin.action(description="Replay: show what is missing, and redo it", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[StripeEvent]) -> HttpResponse | None:
        """The page with the plan; from there, do it."""
        if not self.has_replay_permission(request):
            raise PermissionDenied
        chosen = list(queryset.order_by("created", "pk")[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            said = f"At most {MOST_AT_ONCE} events at once; `python -m payments_service replay` takes more."
            self.message_user(request, said, messages.WARNING)
            return None
        form = ReplayForm(request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            return self.plan_page(request, chosen, form)
        self.do(request, chosen, reason=form.cleaned_data["reason"])
        return None

    def plan_page(self, request: HttpRequest, chosen: list[StripeEvent], form: ReplayForm) -> TemplateResponse:
        """Each event's journey, and the form to go on."""
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Replay Stripe's events",
            "opts": self.opts,
            "journeys": [planning.plan(event, now=now) for event in chosen],
            "chosen": [event.pk for event in chosen],
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "form": form,
        }
        return TemplateResponse(request, "admin/replaying/plan.html", context)

    def do(self, request: HttpRequest, chosen: list[StripeEvent], *, reason: str) -> None:
        """Redo what is missing by now, and say what was done."""
        order = Order(Replay.Door.ADMIN, timezone.now(), by=request.user.get_username(), reason=reason)
        done: Counter[str] = Counter()
        failed = False
        for event in chosen:
            outcomes, due = redoing.redo(planning.plan(event, now=order.at, reason=reason), order=order)
            nudging.tell(due)
            done.update(outcome.step.do for outcome in outcomes if not outcome.failed)
            for outcome in (each for each in outcomes if each.failed):
                self.message_user(request, f"{outcome.step.about}: {outcome.said}", messages.ERROR)
                failed = True
        for what, times in done.items():
            self.message_user(request, f"{what}: {times}.", messages.SUCCESS)
        if not done and not failed:
            self.message_user(request, "Nothing was missing, and nothing was done.")


@admin.register(Replay)
class ReplayAdmin(ReadOnly, admin.ModelAdmin[Replay]):
    """What was sent again, when, by whom and why."""

    list_display = ("at", "document", "reason", "by", "door", "event", "message")
    list_filter = ("door", "at")
    search_fields = ("document", "event", "=by")
    search_help_text = IDS_ONLY
    date_hierarchy = "at"
