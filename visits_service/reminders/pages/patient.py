"""The pages of one patient: choosing channels, and ending emails with one click."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from notifications.models import Channel
from servicekit import masking
from servicekit.pages import look
from visits_service.reminders import choices, links
from visits_service.reminders.pages import doors, frame, phrases
from visits_service.visits.models import Patient


@doors.for_patient
def preferences(request: HttpRequest, token: str, patient: Patient) -> HttpResponse:
    """Which channels are open; a POST keeps the choice, or stops them all."""
    if request.method != "POST":
        return choosing(patient, saved="saved" in request.GET)
    if "stop" in request.POST:
        choices.stop(patient, Channel.values, at=timezone.now())
    else:
        choices.choose(patient, request.POST.getlist("channel"), at=timezone.now())
    return look.see(f"{links.path('preferences', token)}?saved")


@doors.for_patient
def stop_email(request: HttpRequest, token: str, patient: Patient) -> HttpResponse:
    """A button for people, and one click for mail programs (RFC 8058): those are answered at once, without a redirect.

    https://www.rfc-editor.org/rfc/rfc8058#section-3.1
    """
    if request.method == "POST":
        choices.stop(patient, [Channel.EMAIL], at=timezone.now())
    words = doors.words_for(patient)
    context = phrases.of_stop_email(words=words) | {
        "done": request.method == "POST",
        "address": masking.email(patient.email) if patient.email else "",
        "preferences_path": links.path("preferences", token),
    }
    return frame.page("reminders/pages/stop_email.html", context, words=words)


def choosing(patient: Patient, *, saved: bool) -> HttpResponse:
    """The page of channels."""
    words = doors.words_for(patient)
    offered = choices.options(patient)
    open_channels = {option.channel for option in offered if not option.closed}
    context = phrases.of_preferences(words=words) | {
        "was_saved": saved,
        "sum": phrases.sum_of(open_channels, words=words),
        "channels": [
            phrases.channel(option, words=words) | {"is_open": not option.closed, "fixed": option.fixed}
            for option in offered
        ],
    }
    return frame.page("reminders/pages/preferences.html", context, words=words)
