"""Somebody of the clinic's staff at the admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission, User
from django.test import Client

BOOKKEEPER = ("view_dayproof", "view_receipt")


def a_member_of_staff(*permissions: str, everything: bool = False) -> Client:
    """A browser, over https, of somebody who is logged in and may do that much."""
    user = User.objects.create_user("desk", is_staff=True, is_superuser=everything)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(user)
    return browser
