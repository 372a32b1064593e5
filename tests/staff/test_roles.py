"""Each role has least rights at payments_service; a page without a decision here fails."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from payments_service.config.roles import ROLES
from tests import matrix
from tests.builders import a_payment
from tests.staff.desk import signed_in

pytestmark = pytest.mark.django_db

# Page by page: front desk, bookkeeper, administrator, and a superuser, who may do no more to what is evidence.
MAY: dict[str, tuple[str, str, str, str]] = {
    "auth.user": ("", "", "view add change reset_second_factor", "view add change reset_second_factor"),
    "bookkeeping.dayproof": ("", "view", "view", "view"),
    "notifications.message": ("view", "", "view", "view"),
    "payments.checkout": ("view", "", "view", "view"),
    "payments.dispute": ("view", "view", "view", "view"),
    "payments.payment": ("view", "view", "view replay", "view replay"),
    "payments.refund": ("view", "view", "view", "view"),
    "privacy.erasure": ("", "", "view add", "view add"),
    "privacy.export": ("", "", "view add", "view add"),
    "privacy.purge": ("", "", "view", "view"),
    "receipting.handedover": ("view", "", "view", "view"),
    "receipting.stuckmovement": ("", "view", "view", "view"),
    "receipting.stuckpayment": ("", "view", "view", "view"),
    "receipting.undeliveredreceipt": ("view change", "", "view change", "view change"),
    "receipts.receipt": ("view", "view", "view", "view"),
    "reconciling.arrival": ("", "", "view", "view"),
    "reconciling.run": ("", "view", "view", "view"),
    "replaying.replay": ("view", "", "view", "view"),
    "staff.accessrecord": ("", "", "view", "view"),
    "webhooks.stripeevent": ("", "", "view replay", "view replay"),
}


@pytest.mark.parametrize("column", [0, 1, 2], ids=["front desk", "bookkeeper", "administrator"])
def test_a_role_may_do_this_and_nothing_else(column: int) -> None:
    user = matrix.staff_with(ROLES[column].name)

    assert matrix.of(user) == {page: may[column] for page, may in MAY.items()}


def test_not_even_a_superuser_changes_what_is_evidence() -> None:
    root = User.objects.create_superuser("root")

    assert matrix.of(root) == {page: may[3] for page, may in MAY.items()}


def test_no_action_is_open_to_whoever_sees_its_list() -> None:
    assert matrix.actions_without_a_right() == []


def test_every_right_of_a_role_exists() -> None:
    known = Permission.objects.values_list("content_type__app_label", "codename")

    assert {right for role in ROLES for right in role.rights} <= {".".join(right) for right in known}


@pytest.mark.parametrize(("role", "reads"), [("Front desk", False), ("Bookkeeper", False), ("Administrator", True)])
def test_what_stripe_said_word_for_word_is_for_who_may_read_events(role: str, reads: bool) -> None:
    payment = a_payment()
    path = f"/admin/payments/payment/{payment.pk}/change/"

    page = signed_in(matrix.staff_with(role)).get(path, {"stored": "yes"}).content.decode()

    assert payment.stripe_id in page
    assert (min(payment.evidence) in page) == reads


def test_names_in_exports_are_for_administrators_alone() -> None:
    may = [matrix.staff_with(role.name).has_perm("bookkeeping.export_names") for role in ROLES]

    assert may == [False, False, True]


def test_a_deploy_takes_back_what_was_given_to_a_role_by_hand_and_leaves_other_groups_alone() -> None:
    desk, others = Group.objects.get(name="Front desk"), Group.objects.create(name="Auditors")
    too_much = Permission.objects.get(codename="view_stripeevent")
    desk.permissions.remove(Permission.objects.get(codename="view_receipt"))
    for group in (desk, others):
        group.permissions.add(too_much)

    call_command("migrate", verbosity=0)

    assert set(desk.permissions.values_list("codename", flat=True)) == {
        right.split(".")[1] for right in ROLES[0].rights
    }
    assert list(others.permissions.all()) == [too_much]


def test_a_deploy_takes_back_a_right_in_an_app_where_no_role_has_any() -> None:
    desk = Group.objects.get(name="Front desk")
    desk.permissions.add(Permission.objects.get(codename="view_logentry"))

    call_command("migrate", verbosity=0)

    assert not desk.permissions.filter(codename="view_logentry").exists()
