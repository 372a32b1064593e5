"""What each role may do at every page of the admin that is registered: read from the pages, not from the table."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import RequestFactory

VERBS = ("view", "add", "change", "delete")


def staff_with(role: str) -> User:
    """A member of staff who has this role and no more."""
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def of(user: User) -> dict[str, str]:
    """Verbs and actions for each model with a page, `"view change cancel"`; nothing where they don't even get in."""
    request = RequestFactory().get("/admin/")
    request.user = user
    found = {}
    for model, page in admin.site._registry.items():
        verbs = [verb for verb in VERBS if getattr(page, f"has_{verb}_permission")(request)]
        found[model._meta.label_lower] = " ".join([*verbs, *(page.get_actions(request) if verbs else ())])
    return found


def actions_without_a_right() -> list[str]:
    """Actions that anybody who sees their list could take."""
    return [
        f"{model._meta.label_lower}: {name}"
        for model, page in admin.site._registry.items()
        for name in page.actions or ()
        if (found := page.get_action(name)) and not getattr(found[0], "allowed_permissions", None)
    ]
