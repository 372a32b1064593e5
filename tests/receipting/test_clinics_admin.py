"""What the front desk of a group of clinics sees: whose money is whose, and what waits for a clinic to be described."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from payments_service.payments.models import Movement, Payment
from payments_service.webhooks.models import StripeEvent
from tests.builders import issue, take_in
from tests.clinics import BOSTON, FORGOTTEN, MUNICH
from tests.receipting.paid_clinics import a_payment_into, a_receipt_of, paid_into
from tests.receipting.paid_visits import movement
from tests.stripe_events import events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "/admin/receipting/stuckpayment/"
LISTS = ("payments/payment", "payments/refund", "webhooks/stripeevent")


@pytest.fixture
def front_desk() -> Client:
    """A browser with somebody of the staff signed in, over https."""
    User.objects.create_superuser("desk", password="visibly-fake")
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.login(username="desk", password="visibly-fake")
    return browser


def rows_of(page: str) -> set[tuple[str, str]]:
    """The account and the id at Stripe of each row that the list shows."""
    rows = {
        "payments/payment": Payment.objects.values_list("account", "stripe_id"),
        "payments/refund": Movement.objects.values_list("account", "stripe_id"),
        "webhooks/stripeevent": StripeEvent.objects.values_list("account", "stripe_id"),
    }
    return set(rows[page])


def test_what_waits_for_a_clinic_is_listed_with_its_account_and_the_reason(front_desk: Client, clinics: Path) -> None:
    waiting, _ = a_payment_into(FORGOTTEN)
    issue(waiting)
    fine, _ = a_receipt_of(MUNICH)

    listed = front_desk.get(WAITING, {"q": FORGOTTEN}).content.decode()
    every = front_desk.get(WAITING).content.decode()

    shown = (waiting.stripe_id, FORGOTTEN, "€120.00", "nobody has described the clinic")
    assert [text for text in shown if text not in listed] == []
    assert fine.reference not in every
    assert front_desk.get(f"{WAITING}{waiting.pk}/change/").status_code == 200
    assert front_desk.get(f"{WAITING}add/").status_code == 403


def test_a_refund_that_waits_for_a_clinic_stands_with_those_that_need_a_person(
    front_desk: Client, clinics: Path
) -> None:
    _, charge = a_receipt_of(BOSTON)
    take_in(paid_into(BOSTON, events_of_a_refund(charge, amount=5_000)))
    Movement.objects.update(last_error="account_has_no_profile")

    listed = front_desk.get("/admin/receipting/stuckmovement/").content.decode()

    assert movement().stripe_id in listed
    assert "account_has_no_profile" in listed


@pytest.mark.parametrize("page", LISTS)
def test_a_list_can_be_narrowed_to_one_clinic(front_desk: Client, clinics: Path, page: str) -> None:
    for account in ("", MUNICH, BOSTON):
        _, charge = a_receipt_of(account)
        take_in(paid_into(account, events_of_a_refund(charge, amount=5_000)))
    rows = rows_of(page)

    shown = {
        account: front_desk.get(f"/admin/{page}/", {"clinic": account or "own"}).content.decode()
        for account in ("", MUNICH, BOSTON)
    }

    found = {(account, row) for account, text in shown.items() for _, row in rows if row in text}
    assert found == rows
    assert len({account for account, _ in rows}) == 3


@pytest.mark.parametrize("page", [*LISTS, "payments/checkout"])
def test_the_clinics_are_named_to_choose_from_only_where_there_are_several(
    front_desk: Client, clinics: Path, settings: Settings, page: str
) -> None:
    several = front_desk.get(f"/admin/{page}/").content.decode()

    settings.CLINIC_PROFILES = {}
    one = front_desk.get(f"/admin/{page}/").content.decode()

    names = ("Clinic Example (our own account)", "Harbor Clinic (acct_1Boston)", "Praxis am Markt (acct_1Munich)")
    assert [name for name in names if name not in several] == []
    assert [name for name in names if name in one] == []


def test_receipts_can_be_narrowed_to_a_series(front_desk: Client, clinics: Path) -> None:
    munich, _ = a_receipt_of(MUNICH)
    boston, _ = a_receipt_of(BOSTON)

    listed = front_desk.get("/admin/receipts/receipt/", {"series": munich.series}).content.decode()

    assert munich.number in listed
    assert boston.number not in listed
