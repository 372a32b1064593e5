"""Money for a clinic that nobody has described: it waits in sight of a person, and goes out once there is a profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Message
from payments_service.payments import selectors as payments
from payments_service.payments.models import Payment
from payments_service.receipting import correcting, evidence, selectors, services, tasks
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from servicekit import claims
from tests import clinics as group
from tests.builders import correct, issue, render, take_in
from tests.clinics import FILE, FORGOTTEN, FORGOTTEN_TABLE, MUNICH
from tests.receipting.paid_clinics import a_payment_into, a_receipt_of, paid_into
from tests.receipting.paid_visits import movement, said_by
from tests.stripe_events import events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)


def due_now() -> list[int]:
    """The payments whose receipt a sweep would find."""
    return claims.due(Payment.objects.all(), limit=100)


def test_its_receipt_waits_and_nothing_is_issued_or_sent_in_another_clinics_name(clinics: Path) -> None:
    payment, _ = a_payment_into(FORGOTTEN, email="ada@patient.example")

    receipt = issue(payment)

    payment.refresh_from_db()
    assert receipt is None
    assert (payment.last_error, payment.receipt_number) == ("account_has_no_profile", "")
    assert payment.due_at is not None
    assert list(selectors.payments_for_a_person()) == [payment]
    assert not Receipt.objects.exists()
    assert not Message.objects.exists()


def test_stripe_is_not_asked_about_it(clinics: Path, stripe: StandIn) -> None:
    payment, _ = a_payment_into(FORGOTTEN)

    issue(payment)

    assert stripe.requests == []


def test_the_log_says_which_account_and_what_to_do(clinics: Path, caplog: pytest.LogCaptureFixture) -> None:
    payment, _ = a_payment_into(FORGOTTEN)

    issue(payment)

    (warning,) = [record for record in caplog.records if "account_has_no_profile" in record.getMessage()][:1]
    assert warning.levelname == "WARNING"
    assert FORGOTTEN in warning.getMessage()
    assert "CLINIC_ACCOUNTS_FILE" in warning.getMessage()


def test_the_next_sweep_after_the_restart_with_its_table_lets_it_go(settings: Settings, clinics: Path) -> None:
    payment, _ = a_payment_into(FORGOTTEN, email="ada@patient.example")
    for _ in range(evidence.PATIENCE_ATTEMPTS):
        issue(payment)
    tasks.sweep_receipts()
    before = due_now()

    group.describe(settings, clinics, FILE + FORGOTTEN_TABLE)
    tasks.sweep_receipts()

    payment.refresh_from_db()
    assert before == []
    assert due_now() == [payment.pk]
    assert (payment.last_error, payment.attempts) == ("", 0)
    services.issue(payment.pk, now=timezone.now())
    receipt = Receipt.objects.get(reference=payment.stripe_id)
    message = render(receipt)
    assert receipt.number.startswith("TEST-FO-R-")
    assert said_by(receipt).clinic.name == "Forgotten Clinic"
    assert message is not None
    assert "Forgotten Clinic" in message.subject


def test_one_that_is_still_missing_keeps_waiting_when_another_ones_table_comes(
    settings: Settings, clinics: Path
) -> None:
    still, _ = a_payment_into("acct_1Other")
    issue(still)

    group.describe(settings, clinics, FILE + FORGOTTEN_TABLE)
    services.release()

    still.refresh_from_db()
    assert due_now() == []
    assert still.last_error == "account_has_no_profile"


def test_it_waits_no_more_when_the_installation_has_one_clinic_again(settings: Settings, clinics: Path) -> None:
    payment, _ = a_payment_into(FORGOTTEN)
    issue(payment)

    settings.CLINIC_PROFILES = {}
    services.release()
    receipt = issue(payment)

    assert receipt is not None
    assert said_by(receipt).clinic.name == "Clinic Example"


def test_without_the_file_every_account_is_the_one_clinics(settings: Settings) -> None:
    receipt, _ = a_receipt_of(FORGOTTEN, livemode=True)

    assert receipt.number.startswith("R-")
    assert said_by(receipt).clinic.name == "Clinic Example"


def test_a_refund_that_comes_meanwhile_follows_its_receipt(settings: Settings, clinics: Path) -> None:
    payment, charge = a_payment_into(FORGOTTEN)
    issue(payment)
    take_in(paid_into(FORGOTTEN, events_of_a_refund(charge, amount=5_000)))
    early = correct()

    group.describe(settings, clinics, FILE + FORGOTTEN_TABLE)
    services.release()
    services.issue(payment.pk, now=timezone.now())
    (document,) = correct()

    assert early == []
    assert document.number.startswith("TEST-FO-RF-")


def test_a_refund_of_a_clinic_that_has_left_waits_for_a_person_and_goes_out_when_it_is_back(
    settings: Settings, clinics: Path
) -> None:
    _, charge = a_receipt_of(MUNICH)
    group.describe(settings, clinics, FORGOTTEN_TABLE)
    take_in(paid_into(MUNICH, events_of_a_refund(charge, amount=5_000)))
    early = correct()
    waiting = movement()

    group.describe(settings, clinics)
    services.release()
    due = payments.movements_due(Payment.objects.get().pk)
    correcting.document(due[0], now=timezone.now())

    assert early == []
    assert (waiting.last_error, waiting.document_number) == ("account_has_no_profile", "")
    assert not selectors.movements_for_a_person().exists()
    assert Receipt.objects.get(kind="refund").number.startswith("TEST-MU-RF-")
