"""A dispute moves no document until it is lost, and what comes back after that is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from payments_service.receipting import selectors
from receipts.models import Receipt
from tests.builders import correct, take_in
from tests.receipting.paid_visits import a_paid_visit, movement, refund, said_by
from tests.stripe_events import LATER, a_balance_transaction, an_event, events_of_a_dispute

pytestmark = pytest.mark.django_db


def test_a_lost_dispute_is_a_chargeback() -> None:
    _, charge = a_paid_visit(amount=12_000)

    take_in(events_of_a_dispute(charge, outcome="lost"))
    (document,) = correct()

    said = said_by(document)
    assert (document.kind, document.amount, document.number[:8]) == ("dispute", -12_000, "TEST-CB-")
    assert said.correction.balance == 0
    assert said.lines[0].description == "Chargeback"


@pytest.mark.parametrize("outcome", ["open", "won", "inquiry"])
def test_a_dispute_that_is_not_lost_has_no_document_though_money_was_withdrawn(outcome: str) -> None:
    _, charge = a_paid_visit()

    take_in(events_of_a_dispute(charge, outcome=outcome))

    assert movement().kind == "dispute"
    assert correct() == []
    assert [receipt.kind for receipt in Receipt.objects.all()] == ["receipt"]


def test_a_chargeback_that_is_won_after_all_is_taken_back() -> None:
    _, charge = a_paid_visit(amount=12_000)
    lost = events_of_a_dispute(charge, outcome="lost")
    take_in(lost)
    (first,) = correct()
    dispute = lost[-1]["data"]["object"]

    take_in([an_event("charge.dispute.updated", dispute | {"status": "appeal_under_review"}, created=LATER * 2 - 1)])
    during = correct()
    take_in([an_event("charge.dispute.closed", dispute | {"status": "won"}, created=LATER * 2)])
    (second,) = correct()

    assert during == []
    assert (second.kind, second.amount) == ("dispute_reversal", 12_000)
    assert said_by(second).correction.undoes == first.number
    assert said_by(second).correction.balance == 12_000


def test_of_a_chargeback_the_part_that_was_refunded_before_comes_back() -> None:
    payment, charge = a_paid_visit(amount=12_000)
    refund(charge, 5_000)
    lost = events_of_a_dispute(charge, outcome="lost")
    take_in(lost)
    (chargeback,) = correct()
    dispute = lost[-1]["data"]["object"]
    moves = [*dispute["balance_transactions"], a_balance_transaction(5_000, created=LATER + 99)]

    kind, about = "charge.dispute.funds_reinstated", dispute | {"balance_transactions": moves}
    take_in([an_event(kind, about, created=lost[-1]["created"])])
    (back,) = correct()

    assert said_by(chargeback).correction.balance == -5_000
    assert (back.kind, back.amount, said_by(back).correction.balance) == ("dispute_reversal", 5_000, 0)
    assert said_by(back).paid_at == datetime.fromtimestamp(LATER + 99, UTC)
    assert sum(each.amount for each in selectors.documents_of(payment)) == 0


def test_an_amount_that_changes_once_more_after_its_correction_is_a_persons() -> None:
    _, charge = a_paid_visit(amount=12_000)
    lost = events_of_a_dispute(charge, outcome="lost")
    take_in(lost)
    correct()
    dispute = lost[-1]["data"]["object"]
    take_in([an_event("charge.dispute.closed", dispute | {"status": "won"}, created=LATER * 2)])
    correct()

    take_in([an_event("charge.dispute.closed", dispute, created=LATER * 2 + 1)])

    assert correct() == []
    assert movement().last_error == "changed_again"
    assert list(selectors.movements_for_a_person()) == [movement()]


def test_a_dispute_in_another_currency_is_a_persons() -> None:
    _, charge = a_paid_visit(currency="eur")

    take_in(events_of_a_dispute(charge, outcome="lost", currency="usd"))

    assert correct() == []
    assert (movement().last_error, movement().due_at) == ("other_currency", None)
    assert list(selectors.movements_for_a_person()) == [movement()]
