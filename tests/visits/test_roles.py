"""Each role has least rights at visits_service; a page without a decision here fails."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from tests import matrix
from visits_service.config.roles import ROLES

pytestmark = pytest.mark.django_db

# Page by page: front desk, administrator, and a superuser, who may do no more to what is evidence.
MAY: dict[str, tuple[str, str, str]] = {
    "auth.user": ("", "view add change reset_second_factor", "view add change reset_second_factor"),
    "desk.patientstory": ("view",) * 3,
    "desk.preview": ("view",) * 3,
    "desk.visitstory": ("view",) * 3,
    "notifications.message": ("view", "view", "view"),
    "privacy.erasure": ("", "view add", "view add"),
    "privacy.export": ("", "view add", "view add"),
    "privacy.purge": ("", "view", "view"),
    "reminders.answer": ("view seen_to", "view seen_to", "view seen_to"),
    "reminders.daycoverage": ("view", "view", "view"),
    "reminders.reminder": ("view", "view", "view"),
    "staff.accessrecord": ("", "view", "view"),
    "visits.optout": ("view add end", "view add end", "view add end"),
    "visits.patient": ("view add change", "view add change", "view add change"),
    "visits.visit": ("view add change cancel book_again",) * 3,
}


@pytest.mark.parametrize("column", [0, 1], ids=["front desk", "administrator"])
def test_a_role_may_do_this_and_nothing_else(column: int) -> None:
    user = matrix.staff_with(ROLES[column].name)

    assert matrix.of(user) == {page: may[column] for page, may in MAY.items()}


def test_not_even_a_superuser_changes_what_is_evidence() -> None:
    root = User.objects.create_superuser("root")

    assert matrix.of(root) == {page: may[2] for page, may in MAY.items()}


def test_no_action_is_open_to_whoever_sees_its_list() -> None:
    assert matrix.actions_without_a_right() == []


def test_every_right_of_a_role_exists() -> None:
    known = Permission.objects.values_list("content_type__app_label", "codename")

    assert {right for role in ROLES for right in role.rights} <= {".".join(right) for right in known}
