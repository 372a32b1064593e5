"""What the document of a refund says, and when it is issued."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from payments_service.payments.models import Payment
from payments_service.receipting import selectors
from receipts.models import Receipt
from receipts.snapshot import Line, Tax
from tests.builders import correct, issue, payment_of, take_in
from tests.receipting.paid_visits import a_paid_visit, a_taxed_visit, movement, refund, said_by
from tests.stripe_events import (
    LATER,
    an_event,
    by_type,
    events_of_a_failing_refund,
    events_of_a_payment,
    events_of_a_refund,
    refund_of,
)

pytestmark = pytest.mark.django_db


# --- What they say


def test_a_refund_names_the_receipt_and_shows_what_is_left() -> None:
    payment, charge = a_paid_visit(amount=12_000, livemode=True)
    receipt = Receipt.objects.get()

    document = refund(charge, 5_000)

    said = said_by(document)
    assert document.number == receipt.number.replace("R-", "RF-")
    assert (document.kind, document.amount, document.reference) == ("refund", -5_000, movement().stripe_id)
    assert (said.correction.receipt, said.correction.payment) == (receipt.number, payment.stripe_id)
    assert said.correction.issued_on == receipt.issued_at.astimezone().date().isoformat()
    assert (said.correction.paid, said.correction.returned, said.correction.balance) == (12_000, 5_000, 7_000)
    assert said.lines == (Line("Partial refund", quantity=1, unit_amount=-5_000, amount=-5_000),)
    assert said.paid_at == datetime.fromtimestamp(LATER, UTC)
    assert movement().document_number == document.number


def test_who_and_what_for_is_the_receipts_word_and_the_clinic_is_that_of_today(settings: Settings) -> None:
    _, charge = a_taxed_visit((12_000, ""))
    settings.CLINIC_NAME = "New Name Clinic"

    said = said_by(refund(charge, 12_000))

    assert (said.patient_name, said.payer_name, said.locale) == ("Zofia Nowak", "Ada Nowak", "pl")
    assert (said.service.code, said.method.last4, said.test) == ("89.01", "4242", True)
    assert said.clinic.name == "New Name Clinic"
    assert said.lines[0].description == "Zwrot całości"


def test_a_full_refund_has_the_receipts_taxes_the_other_way() -> None:
    _, charge = a_taxed_visit((9_001, "8"), (3_333, "23"), (1_000, ""))
    receipt = said_by(Receipt.objects.get())

    said = said_by(refund(charge, 13_334))

    assert said.taxes == tuple(Tax(tax.rate, -tax.net, -tax.amount) for tax in receipt.taxes)
    assert said.lines[0].tax_rate == ""


def test_partial_refunds_that_sum_to_the_whole_undo_the_taxes_exactly_also_around_one_that_fails() -> None:
    _, charge = a_taxed_visit((9_001, "8"), (3_333, "23"))
    receipt = said_by(Receipt.objects.get())
    failing = events_of_a_refund(charge, amount=77)[0]

    parts = [refund(charge, 1)]
    take_in([failing])
    parts += correct()
    parts += [refund(charge, 4_444)]
    take_in(events_of_a_failing_refund(failing["data"]["object"]))
    parts += correct()
    parts += [refund(charge, 7_889)]

    held = [tax for part in parts for tax in said_by(part).taxes]
    for tax in receipt.taxes:
        assert sum(each.net for each in held if each.rate == tax.rate) == -tax.net
        assert sum(each.amount for each in held if each.rate == tax.rate) == -tax.amount
    assert said_by(parts[-1]).correction.balance == 0


def test_a_part_of_a_visit_with_one_rate_is_taxed_at_it() -> None:
    _, charge = a_taxed_visit((12_300, "23"))

    said = said_by(refund(charge, 6_150))

    assert said.lines[0].tax_rate == "23"
    assert said.taxes == (Tax("23", net=-5_000, amount=-1_150),)


def test_a_refund_that_fails_after_its_document_is_taken_back_by_another_that_names_it() -> None:
    _, charge = a_taxed_visit((12_300, "23"))
    first = refund(charge, 6_150)
    failed = events_of_a_failing_refund(
        {**refund_of(charge, amount=6_150), "id": movement().stripe_id}, created=LATER + 9
    )

    take_in([*failed, *failed])
    (second,) = correct()

    said = said_by(second)
    assert (second.kind, second.amount, second.reference) == ("refund_reversal", 6_150, first.reference)
    assert second.number == first.number.replace("RF-", "RR-")
    assert (said.correction.undoes, said.correction.undone_issued_on) == (first.number, said.correction.issued_on)
    assert (said.correction.returned, said.correction.balance) == (0, 12_300)
    assert said.taxes == (Tax("23", net=5_000, amount=1_150),)
    assert said.paid_at == datetime.fromtimestamp(LATER + 9, UTC)
    assert correct() == []


@pytest.mark.parametrize("status", ["pending", "requires_action", "failed", "canceled"])
def test_a_refund_that_has_not_gone_through_has_no_document(status: str) -> None:
    _, charge = a_paid_visit()

    take_in([an_event("refund.created", refund_of(charge, amount=5_000, status=status))])

    assert (movement().status, movement().due_at) == (status, None)
    assert correct() == []


def test_a_pending_refund_is_documented_when_it_succeeds() -> None:
    _, charge = a_paid_visit()
    pending = refund_of(charge, amount=5_000, status="pending")
    take_in([an_event("refund.created", pending)])

    take_in([an_event("refund.updated", pending | {"status": "succeeded"}, created=LATER)])

    assert [document.amount for document in correct()] == [-5_000]


# --- When


def test_a_refund_that_is_told_before_its_payment_waits_in_sight_and_is_documented_after_the_receipt() -> None:
    events = events_of_a_payment(amount=12_000)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    take_in([events_of_a_refund(charge, amount=5_000)[0]])

    too_early = correct()
    unknown = list(selectors.movements_for_a_person())
    take_in(events)
    still_too_early, rests = correct(), movement()
    receipt = issue(payment_of(events))
    woken = movement()
    (document,) = correct()

    assert too_early == still_too_early == []
    assert unknown == [movement()]
    assert (rests.last_error, rests.payment) == ("receipt_not_issued", payment_of(events))
    assert woken.due_at is not None
    assert rests.due_at is not None
    assert woken.due_at < rests.due_at
    assert receipt is not None
    assert said_by(document).correction.receipt == receipt.number
    assert not selectors.movements_for_a_person().exists()


@pytest.mark.parametrize("version", ["2020-08-27", "2022-11-15"])
def test_a_refunded_charge_that_comes_before_everything_else_brings_its_payment_along(version: str) -> None:
    events = events_of_a_payment(amount=12_000, api_version=version)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    told = events_of_a_refund(charge, amount=5_000, api_version=version)

    take_in([told[1], told[0]])
    issue(payment_of(events))
    correct()

    assert [receipt.amount for receipt in selectors.documents_of(payment_of(events))] == [12_000, -5_000]


def test_a_charge_without_a_payment_intent_is_refunded_alike() -> None:
    events = events_of_a_payment()
    charge = by_type(events, "charge.succeeded")["data"]["object"] | {"payment_intent": None}
    take_in([an_event("charge.succeeded", charge)])
    issue(Payment.objects.get(stripe_id=charge["id"]))

    document = refund(charge, 5_000)

    assert said_by(document).correction.payment == charge["id"]
