"""Somebody at the front desk, with the rights that the pages ask for and no others."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.visits.booking.browser import Fields
from visits_service.visits.models import Patient, Visit

READ = ("view_visit", "view_patient", "view_reminder")
SEND = (*READ, "add_reminder", "change_patient")
FIND = "/admin/desk/visitstory/"


def desk(*permissions: str) -> Client:
    """A browser with somebody signed in, over https, who may do that much."""
    user = User.objects.create_user("grace", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(user)
    return browser


def story_of(found: Visit | Patient) -> str:
    """The path of a story's page."""
    return f"/admin/desk/{'visit' if isinstance(found, Visit) else 'patient'}story/{found.pk}/change/"


def text_of(browser: Client, path: str) -> str:
    """The page at that path."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def fields(page: str) -> dict[str, Any]:
    """What the page's form would post as it stands."""
    unwanted = {"csrfmiddlewaretoken", "channel"}
    return {name: value for name, value in Fields(page).values.items() if name not in unwanted}
