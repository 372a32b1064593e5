"""How one comes in: a token is read back into whom it stands for, and each page gets that person's language.

Whatever is wrong with a token, the answer is the same, byte for byte: nobody learns which links exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from servicekit.pages import limits
from servicekit.words import Words
from visits_service.reminders import links
from visits_service.reminders.pages import frame, words
from visits_service.visits import selectors
from visits_service.visits.models import Patient, Visit

Whom = TypeVar("Whom", Visit, Patient)
View = Callable[[HttpRequest, str], HttpResponse]
Page = Callable[[HttpRequest, str, Whom], HttpResponse]


def for_visit(page: Page[Visit]) -> View:
    """A page about one visit."""
    return door(page, kind=links.VISIT, find=selectors.visit_of)


def for_patient(page: Page[Patient]) -> View:
    """A page about one patient."""
    return door(page, kind=links.PATIENT, find=selectors.patient_of)


def door(page: Page[Whom], *, kind: str, find: Callable[[str], Whom | None]) -> View:
    """The page behind its token.

    No CSRF token is asked for: no cookie stands for anybody here, whoever knows the address may act, and a mail
    program that unsubscribes with one click knows nothing else.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        reference = links.reference_of(token, kind=kind)
        whom = find(reference) if reference else None
        if reference is None or whom is None:
            return no_such_page()
        if limits.is_used_up(f"{page.__name__}:{reference}", deed=request.method == "POST"):
            return too_often()
        return page(request, token, whom)

    return view


def no_such_page() -> HttpResponse:
    """For every token that isn't good for this page."""
    said = words.of(settings.CLINIC_LOCALE)
    context = {
        "title": said.say("This link does not work"),
        "text": said.say("It is incomplete or too old. Please take the link in our latest message, or call us."),
    }
    return frame.page("pages/plain.html", context, words=said, status=404)


def too_often() -> HttpResponse:
    """For a link that is used by a machine."""
    said = words.of(settings.CLINIC_LOCALE)
    context = {
        "title": said.say("Please wait a moment"),
        "text": said.say("This page was used too often in a short time. Please try again later, or call us."),
    }
    return frame.page("pages/plain.html", context, words=said, status=429)


def words_for(patient: Patient) -> Words:
    """The words in the patient's language, or in the clinic's when nobody knows it."""
    return words.of(patient.locale or settings.CLINIC_LOCALE)
