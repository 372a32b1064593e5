"""What a person must do: what still waits, where it is done, and nothing that a machine is still at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message, TrackingEvent
from payments_service.bookkeeping import days
from payments_service.bookkeeping.proof import URGENT, Chore, Outcome
from payments_service.payments.models import Movement, Payment
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests.bookkeeping.a_day import (
    DAY,
    MORNING_AFTER,
    NOON,
    a_documented_refund,
    a_payment_without_receipt,
    a_receipted_payment,
    proof_of,
    to_do,
)
from tests.bookkeeping.staff import a_member_of_staff
from tests.bookkeeping.test_proof import send_again

pytestmark = pytest.mark.django_db


def one_of_each() -> None:
    """A day on which each of these things went wrong once."""
    Payment.objects.filter(pk=a_payment_without_receipt().pk).update(last_error="stripe_refuses_our_key")
    a_documented_refund(amount=4_000)
    Movement.objects.update(last_error=Movement.Obstacle.CHANGED_AGAIN)
    failed = StripeEvent.objects.order_by("pk")[:1].values("pk")
    StripeEvent.objects.filter(pk__in=failed).update(state="failed", last_error="KeyError")
    bare = a_receipted_payment(email=None)
    Receipt.objects.filter(pk=bare.pk).update(pdf_key="", due_at=NOON, last_error="Damaged")
    a_receipted_payment(email=None)
    bounced = a_receipted_payment()
    Message.objects.filter(about=bounced.number).update(state="bounced", last_error="recipient_refused")
    complained = Message.objects.get(about=a_receipted_payment().number)
    TrackingEvent.objects.create(event_id="postmark:1", message=complained, kind="complained")


def test_each_kind_of_work_is_counted_named_and_has_its_reason() -> None:
    one_of_each()

    proof = proof_of()

    assert {each.chore: [item.code for item in each.items] for each in proof.to_do} == {
        Chore.PAYMENT_WITHOUT_RECEIPT: ["stripe_refuses_our_key"],
        Chore.MOVEMENT_WITHOUT_DOCUMENT: ["changed_again"],
        Chore.EVENT_FAILED: ["KeyError"],
        Chore.DOCUMENT_WITHOUT_PDF: ["Damaged"],
        Chore.RECEIPT_WITHOUT_ADDRESS: ["no_address"],
        Chore.LETTER_UNDELIVERED: ["recipient_refused"],
        Chore.LETTER_COMPLAINED: ["complained"],
    }
    assert proof.findings == len(URGENT)


def test_each_of_them_leads_to_a_page_of_the_admin() -> None:
    one_of_each()
    desk = a_member_of_staff(everything=True)

    paths = {path for each in proof_of().to_do for path in (each.path, *(item.path for item in each.items))}

    assert len(paths) == 13
    assert {path: desk.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_letters_and_addresses_are_to_be_seen_to_while_the_books_are_right() -> None:
    a_receipted_payment(email=None)

    proof = proof_of()

    assert [each.chore for each in proof.to_do] == [Chore.RECEIPT_WITHOUT_ADDRESS]
    assert proof.outcome != Outcome.DIFFERS


def test_what_came_up_before_and_still_waits_is_told_again_and_what_came_up_later_is_not() -> None:
    a_payment_without_receipt()

    counts = {
        day: to_do(proof_of(day, now=MORNING_AFTER + 9 * days.DAY), Chore.PAYMENT_WITHOUT_RECEIPT)
        for day in (DAY - days.DAY, DAY, DAY + 8 * days.DAY)
    }

    assert [found and found.count for found in counts.values()] == [None, 1, 1]


def test_what_a_machine_is_still_at_is_nobodys_work() -> None:
    a_payment_without_receipt()

    soon, later = (proof_of(now=NOON + timedelta(minutes=minutes)) for minutes in (10, 20))

    assert to_do(soon, Chore.PAYMENT_WITHOUT_RECEIPT) is None
    assert to_do(later, Chore.PAYMENT_WITHOUT_RECEIPT) is not None


def test_a_letter_that_was_sent_again_in_another_way_needs_nobody() -> None:
    send_again(a_receipted_payment(), state="delivered", before="bounced")

    proof = proof_of()

    assert proof.to_do == ()


def test_of_many_the_newest_twenty_are_named_and_all_are_counted() -> None:
    payment = a_payment_without_receipt()
    Payment.objects.bulk_create(
        Payment(stripe_id=f"pi_{n}", paid_at=NOON + timedelta(seconds=n), recorded_at=NOON) for n in range(30)
    )

    found = to_do(proof_of(), Chore.PAYMENT_WITHOUT_RECEIPT)

    assert found is not None
    assert found.count == 31
    assert [item.name for item in found.items] == [f"pi_{n}" for n in range(29, 9, -1)]
    assert payment.stripe_id not in {item.name for item in found.items}


def test_the_lists_of_the_admin_show_what_was_counted() -> None:
    one_of_each()
    desk = a_member_of_staff(everything=True)

    for found in proof_of().to_do:
        page = desk.get(found.path).content.decode()
        assert all(f"{item.name}</a>" in page or f">{item.name}<" in page for item in found.items), found
