"""The patient's pages over HTTP, as a browser behind the clinic's proxy asks for them."""

from __future__ import annotations

import functools
from typing import Any

from django.test import Client

from visits_service.reminders import links
from visits_service.visits.models import Patient, Visit

VISIT_PAGES = ("visit_page", "visit_confirm", "visit_change")
PATIENT_PAGES = ("preferences", "stop_email")


def page_of(visit: Visit, name: str = "visit_page") -> str:
    """The path of a page of the visit."""
    return links.path(name, token_of(visit.reference, links.VISIT))


def page_for(patient: Patient, name: str = "preferences") -> str:
    """The path of a page of the patient."""
    return links.path(name, token_of(patient.reference, links.PATIENT))


@functools.cache
def token_of(reference: str, kind: str) -> str:
    """A link's token, the same one through a test: another second makes another one."""
    return links.token_of(reference, kind=kind)


def paths_of(visit: Visit) -> list[str]:
    """Every page that a patient with this visit has."""
    return [page_of(visit, name) for name in VISIT_PAGES] + [page_for(visit.patient, name) for name in PATIENT_PAGES]


def a_browser() -> Client:
    """Somebody without cookies, over https, whose CSRF isn't waved through."""
    return Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https"})


def get(path: str) -> Any:
    """The answer to a GET."""
    return a_browser().get(path)


def text_of(path: str) -> str:
    """The page as text."""
    return str(get(path).content.decode())


def post(path: str, **form: str | list[str]) -> Any:
    """The answer to a form."""
    return a_browser().post(path, form)


def confirm(visit: Visit, *, version: int | None = None) -> Any:
    """The answer to the button, pressed on the page as it is or as it was at that version."""
    return post(page_of(visit, "visit_confirm"), version=str(version or visit.version))
