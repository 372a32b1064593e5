"""What our own rows prove of a day: what moved, what was issued about it, and how its letters fare."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from payments_service.bookkeeping import days, texts, words
from payments_service.bookkeeping.proof import Chore, Flow, Money, Outcome, Proof, Standing, Sum, Unlike
from payments_service.payments.models import Movement, Payment
from receipts.models import Receipt
from tests.bookkeeping.a_day import (
    DAY,
    MORNING_AFTER,
    NOON,
    a_documented_refund,
    a_payment_without_receipt,
    a_receipted_payment,
    checked,
    proof_of,
)

pytestmark = pytest.mark.django_db


def lines_of(proof: Proof) -> list[tuple[Flow, str, Sum, Sum]]:
    """What moved: the way, its currency, by our record and by the documents."""
    return [(line.flow, line.currency, line.recorded, line.documented) for line in proof.lines]


def test_a_good_day_has_a_document_for_each_payment_and_refund_and_its_numbers_are_contiguous() -> None:
    receipts = [a_receipted_payment(amount=12_000), a_receipted_payment(amount=8_050)]
    document = a_documented_refund(amount=4_000, later=timedelta(hours=1))

    proof = proof_of()

    assert lines_of(proof) == [
        (Flow.PAYMENTS, "EUR", Sum(3, 32_050), Sum(3, 32_050)),
        (Flow.REFUNDS, "EUR", Sum(1, 4_000), Sum(1, 4_000)),
    ]
    assert [(each.first, each.last, each.sum) for each in proof.issued] == [
        (receipts[0].number, "TEST-R-2026-000003", Sum(3, 32_050)),
        (document.number, document.number, Sum(1, -4_000)),
    ]
    assert [each.faults for each in proof.numberings] == [0, 0]
    assert proof.complete
    assert proof.findings == 0
    assert proof.outcome == Outcome.UNCHECKED


def test_each_currency_and_mode_has_sums_of_its_own() -> None:
    for about in ({"currency": "jpy", "amount": 500}, {"amount": 900}, {"amount": 700, "livemode": True}):
        a_receipted_payment(**about)

    proof = proof_of()

    assert [(line.test, line.currency, line.recorded) for line in proof.lines] == [
        (False, "EUR", Sum(1, 700)),
        (True, "EUR", Sum(1, 900)),
        (True, "JPY", Sum(1, 500)),
    ]


def test_a_refund_counts_on_the_day_on_which_it_was_made() -> None:
    a_documented_refund(amount=4_000, later=days.DAY)

    days_of = [proof_of(DAY), proof_of(DAY + days.DAY, now=MORNING_AFTER + days.DAY)]

    assert [lines_of(proof) for proof in days_of] == [
        [(Flow.PAYMENTS, "EUR", Sum(1, 12_000), Sum(1, 12_000))],
        [(Flow.REFUNDS, "EUR", Sum(1, 4_000), Sum(1, 4_000))],
    ]


@pytest.mark.parametrize(
    ("moved", "yesterday", "today"), [("2026-09-20 21:59:59", 1, 0), ("2026-09-20 22:00", 0, 1)], ids=["last", "first"]
)
def test_midnight_is_the_clinics(moved: str, yesterday: int, today: int) -> None:
    a_receipted_payment()
    Payment.objects.update(paid_at=f"{moved}+00:00")

    counts = [sum(line.recorded.count for line in proof_of(each).lines) for each in (DAY - days.DAY, DAY)]

    assert counts == [yesterday, today]


def test_a_receipt_that_is_a_cent_off_is_a_finding_with_its_number() -> None:
    receipt = a_receipted_payment(amount=12_000)
    Receipt.objects.update(amount=11_999)

    proof = proof_of()

    assert proof.unlike == (
        Unlike(receipt.number, receipt.reference, says=Money(11_999, "EUR"), moved=Money(12_000, "EUR")),
    )
    assert not proof.complete
    assert proof.outcome == Outcome.DIFFERS


def test_a_document_of_a_refund_that_is_a_cent_off_is_a_finding_too() -> None:
    document = a_documented_refund(amount=4_000)
    Receipt.objects.filter(pk=document.pk).update(amount=-4_001)

    proof = proof_of()

    assert proof.unlike == (
        Unlike(document.number, document.reference, says=Money(-4_001, "EUR"), moved=Money(-4_000, "EUR")),
    )


def test_money_that_was_only_held_and_let_go_of_is_no_refund() -> None:
    a_documented_refund(amount=4_000)
    Movement.objects.update(last_error=Movement.Obstacle.NEVER_PAID)

    proof = proof_of()

    assert [line.flow for line in proof.lines] == [Flow.PAYMENTS]


def test_a_payment_without_its_receipt_is_seen_in_the_sums() -> None:
    a_payment_without_receipt(amount=500)

    proof = proof_of()

    assert lines_of(proof) == [(Flow.PAYMENTS, "EUR", Sum(1, 500), Sum(0, 0))]
    assert not proof.complete


def test_each_document_has_one_standing_by_its_newest_letter() -> None:
    states = ("delivered", "sent", "queued", "bounced", "failed", "withdrawn")
    for state in states:
        receipt = a_receipted_payment()
        Message.objects.filter(about=receipt.number).update(state=state, due_at=None)
    a_receipted_payment(email=None)
    Receipt.objects.filter(pk=a_receipted_payment(email=None).pk).update(pdf_key="")
    send_again(a_receipted_payment(), state="delivered", before="bounced")

    proof = proof_of()

    assert dict(proof.letters) == {**dict.fromkeys(Standing, 1), Standing.DELIVERED: 2}
    assert sum(count for _, count in proof.letters) == Receipt.objects.count()


def send_again(receipt: Receipt, *, state: str, before: str) -> None:
    """A second letter about a receipt whose first one ended like that."""
    first = Message.objects.get(about=receipt.number)
    Message.objects.filter(pk=first.pk).update(state=before, due_at=None)
    first.pk, first.dedupe_key, first.message_id, first.state = None, "again", "<again@clinic.example>", state
    first.due_at = None
    first.save(force_insert=True)


def test_a_document_that_was_changed_afterwards_does_not_fit_the_chain() -> None:
    first, second = a_receipted_payment(), a_receipted_payment()
    whole = checked()
    Receipt.objects.filter(pk=first.pk).update(reference="pi_another")

    broken = checked()

    assert (whole.chain.looked, whole.chain.faults) == (True, 0)
    assert broken.chain.faults == 1
    assert broken.chain.named[0].startswith(f"{first.number}: changed")
    assert second.number not in broken.chain.named[0]
    assert broken.outcome == Outcome.DIFFERS


def test_across_a_missing_document_the_chain_is_not_proven() -> None:
    _, gone, _ = a_receipted_payment(), a_receipted_payment(), a_receipted_payment()
    Receipt.objects.filter(pk=gone.pk).delete()

    proof = checked()

    assert (proof.chain.looked, proof.chain.faults) == (True, 1)
    assert proof.chain.named[0].startswith(f"{gone.number}: missing")


def test_a_receipt_that_was_deleted_is_named_as_gone_and_counts_for_nothing() -> None:
    gone = a_receipted_payment(amount=9_000)
    a_receipted_payment(amount=500)
    Receipt.objects.filter(pk=gone.pk).delete()

    proof = proof_of()

    assert proof.unlike == (Unlike(gone.number, gone.reference, says=None, moved=Money(9_000, "EUR")),)
    assert lines_of(proof) == [(Flow.PAYMENTS, "EUR", Sum(2, 9_500), Sum(1, 500))]


def test_a_document_of_a_refund_that_was_deleted_is_named_as_gone_too() -> None:
    gone = a_documented_refund(amount=4_000)
    Receipt.objects.filter(pk=gone.pk).delete()

    proof = proof_of()

    assert proof.unlike == (Unlike(gone.number, gone.reference, says=None, moved=Money(-4_000, "EUR")),)
    assert (Flow.REFUNDS, "EUR", Sum(1, 4_000), Sum(0, 0)) in lines_of(proof)


def test_each_refuted_statement_is_something_to_do() -> None:
    changed, gone, _ = a_receipted_payment(), a_receipted_payment(), a_receipted_payment()
    Receipt.objects.filter(pk=gone.pk).delete()
    Receipt.objects.filter(pk=changed.pk).update(reference="pi_another")

    proof = checked()

    assert {each.chore: each.count for each in proof.to_do} == {
        Chore.NUMBERS_WRONG: 1,
        Chore.CHAIN_WRONG: 2,
        Chore.DOCUMENTS_WRONG: 1,
    }
    assert proof.findings == 4


@pytest.mark.parametrize("chore", list(Chore))
@pytest.mark.parametrize("language", ["de", "pl", "ar"])
def test_what_is_to_be_done_is_said_in_each_language(chore: Chore, language: str) -> None:
    said = {each: texts.chore(chore, words=words.of(each)) for each in ("en", language)}

    assert said[language] != said["en"]
    assert not set("{}") & set("".join(said.values()))


def test_a_day_that_is_not_over_is_told_from_one_that_is() -> None:
    assert not proof_of(now=NOON).over
    assert proof_of().over


def test_what_is_said_of_a_day_that_is_not_over_is_two_sentences() -> None:
    a_receipted_payment()
    Receipt.objects.update(amount=1)

    said = texts.headline(proof_of(now=NOON), words=words.of("en"))

    assert said == "Findings: 1. The day is not over yet."


def test_many_payments_take_as_many_statements_as_one() -> None:
    a_receipted_payment()
    with CaptureQueriesContext(connection) as one:
        proof_of()
    for _ in range(5):
        a_receipted_payment()

    with CaptureQueriesContext(connection) as many:
        proof_of()

    assert len(many) == len(one)
