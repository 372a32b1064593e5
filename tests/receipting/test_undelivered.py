"""Which documents somebody has to see to, why, and what settles them; the API agrees."""

from __future__ import annotations

import inspect
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from anymail.signals import RejectReason
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.channels import email, email_tracking, faults
from notifications.models import Kind, Message
from payments_service.payments.models import Payment
from payments_service.receipting import handing_over, reasons, selectors, sending, undelivered
from payments_service.receipting.models import HandedOver
from receipts.models import Receipt
from tests.builders import TOKEN, a_receipt, render
from tests.receipting import desk
from tests.receipting.desk import a_bounced_receipt, newest, refused, reported, taken
from tests.receipting.paid_visits import a_paid_visit, refund
from tests.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def listed() -> list[tuple[str, str]]:
    """What waits for a person: number and why."""
    return [(each.number, each.why) for each in undelivered.waiting()]


def told(receipt: Receipt) -> tuple[str, str]:
    """What the API says of a document's delivery."""
    api = Client(headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"})
    intent = selectors.payment_of(receipt).stripe_id
    found = {each["number"]: each for each in api.get(f"/api/v1/receipts?payment_intent={intent}").json()}
    return found[receipt.number]["delivery"], found[receipt.number]["delivery_code"]


def sent_again(receipt: Receipt, to: str = "other@patient.example") -> Message:
    """One more email of it."""
    sending.send_again(receipt.number, to=to, occasion=f"again:{Message.objects.count()}")
    return newest(receipt)


# --- What stands there


def test_a_receipt_that_bounced_waits_for_a_person() -> None:
    receipt = a_bounced_receipt(code="invalid")

    (waits,) = undelivered.waiting()

    assert (waits.number, waits.why, waits.letter_to, waits.letter_code) == (
        receipt.number, "bounced", desk.PATIENT, "invalid",
    )  # fmt: skip
    assert waits.since == newest(receipt).reports.get().received_at
    assert told(receipt) == ("bounced", "invalid")


def test_one_that_was_refused_waits_and_says_whether_it_may_have_arrived() -> None:
    receipt = a_receipt(email=desk.PATIENT)
    refused(receipt, code="unclear_answer", possible_double=True)

    (waits,) = undelivered.waiting()

    assert (waits.why, waits.letter_code, waits.maybe_arrived) == ("failed", "unclear_answer", True)
    assert told(receipt) == ("failed", "unclear_answer")


def test_one_that_nobody_gave_an_address_for_waits_since_its_pdf_is_there() -> None:
    receipt = a_receipt(email=None)

    (waits,) = undelivered.waiting()

    assert (waits.why, waits.letter_to, waits.since) == ("no_address", "", receipt.rendered_at)
    assert told(receipt) == ("needs_recipient", "")


def test_an_address_that_cant_be_one_is_shown_to_be_put_right() -> None:
    receipt = a_receipt(email="ada at example")

    (waits,) = undelivered.waiting()

    assert (waits.number, waits.why, waits.letter_to) == (receipt.number, "no_address", "ada at example")


def test_what_arrived_and_was_complained_about_waits_for_somebody() -> None:
    receipt = a_receipt(email=desk.PATIENT)
    reported(receipt, Kind.DELIVERED)
    reported(receipt, Kind.COMPLAINED)

    assert listed() == [(receipt.number, "complained")]


def test_what_is_complained_about_says_so_in_the_api() -> None:
    receipt = a_receipt(email=desk.PATIENT)
    reported(receipt, Kind.DELIVERED)

    reported(receipt, Kind.COMPLAINED)

    assert told(receipt) == ("delivered", "complained")


def test_what_corrects_a_receipt_counts_as_well() -> None:
    _, charge = a_paid_visit(amount=12_000, email=desk.PATIENT)
    document = refund(charge, 5_000)
    render(document)
    reported(document, Kind.BOUNCED, code="bounced")

    assert listed() == [(document.number, "bounced")]
    assert told(document) == ("bounced", "bounced")


def test_a_refund_without_an_address_shows_its_payments() -> None:
    _, charge = a_paid_visit(amount=12_000, email="ada at example")
    document = refund(charge, 5_000)
    render(document)

    waits = undelivered.waiting().get(number=document.number)

    assert (waits.why, waits.letter_to) == ("no_address", "ada at example")


def test_what_is_under_way_or_arrived_or_has_no_pdf_yet_waits_for_nobody() -> None:
    a_receipt(email=desk.PATIENT)
    taken(a_receipt(email=desk.PATIENT))
    reported(a_receipt(email=desk.PATIENT), Kind.DELIVERED)
    reported(a_receipt(email=desk.PATIENT), Kind.DEFERRED)
    a_paid_visit(email=None)

    assert listed() == []


def test_the_latest_stands_first_and_a_page_asks_a_handful_of_questions() -> None:
    receipts = [a_bounced_receipt() for _ in range(4)]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = listed()

    assert [number for number, _ in found] == [receipt.number for receipt in reversed(receipts)]
    assert len(asked) == 1


# --- What settles it


def test_another_email_settles_it_and_its_failure_opens_it_again() -> None:
    receipt = a_bounced_receipt()

    sent_again(receipt)
    under_way = listed()
    reported(receipt, Kind.BOUNCED, code="blocked")
    bounced_again = listed()
    sent_again(receipt, "third@patient.example")
    reported(receipt, Kind.DELIVERED)

    assert under_way == []
    assert bounced_again == [(receipt.number, "bounced")]
    assert listed() == []
    assert told(receipt) == ("delivered", "")


def test_a_bounce_that_comes_after_a_later_email_arrived_is_old_news() -> None:
    receipt = a_receipt(email=desk.PATIENT)
    first = taken(receipt)
    sent_again(receipt)
    reported(receipt, Kind.DELIVERED)

    Message.objects.filter(pk=first.pk).update(state="bounced", last_error="bounced")

    assert listed() == []
    assert told(receipt) == ("delivered", "")


def test_handing_it_over_settles_it_and_is_kept() -> None:
    receipt = a_bounced_receipt()

    handing_over.hand_over(receipt.number, way="post", note="to the daughter", by="grace")

    kept = HandedOver.objects.get()
    assert (kept.receipt, kept.way, kept.note, kept.by, kept.after_message) == (
        receipt, "post", "to the daughter", "grace", newest(receipt).pk,
    )  # fmt: skip
    assert listed() == []
    assert told(receipt) == ("handed_over", "post")


def test_one_without_an_address_is_handed_over_too() -> None:
    receipt = a_receipt(email=None)

    handing_over.hand_over(receipt.number, way="printed", note="", by="grace")

    assert listed() == []
    assert told(receipt) == ("handed_over", "printed")


def test_a_complaint_is_seen_to_and_it_stays_delivered() -> None:
    receipt = a_receipt(email=desk.PATIENT)
    reported(receipt, Kind.COMPLAINED)

    handing_over.hand_over(receipt.number, way="not_wanted", note="", by="grace")

    assert listed() == []
    assert told(receipt) == ("sent", "complained")


def test_an_email_after_it_was_handed_over_is_another_matter() -> None:
    receipt = a_bounced_receipt()
    handing_over.hand_over(receipt.number, way="printed", note="", by="grace")

    sent_again(receipt, "insurer@example.com")
    queued = told(receipt)
    reported(receipt, Kind.BOUNCED, code="invalid")

    assert queued == ("queued", "")
    assert listed() == [(receipt.number, "bounced")]
    assert told(receipt) == ("bounced", "invalid")


def test_what_waits_for_nobody_cant_be_handed_over() -> None:
    receipt = a_receipt(email=desk.PATIENT)

    with pytest.raises(handing_over.NotWaiting):
        handing_over.hand_over(receipt.number, way="post", note="", by="grace")

    assert not HandedOver.objects.exists()


def test_two_at_once_hand_it_over_once() -> None:
    receipt = a_bounced_receipt()

    def hand_over(by: str) -> bool:
        try:
            handing_over.hand_over(receipt.number, way="post", note="", by=by)
        except handing_over.NotWaiting:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda by: in_thread(lambda: hand_over(by)), "abcd"))

    assert sorted(done) == [False, False, False, True]
    assert HandedOver.objects.count() == 1


# --- Words and addresses


REASONS_OF_ANYMAILS = [*sorted(email_tracking.REASONS - {RejectReason.OTHER}), "rejected", "failed"]
FAULT = re.compile(r"(?:GiveUp|TryLater)\(\s*\"(\w+)\"")


@pytest.mark.parametrize("code", REASONS_OF_ANYMAILS)
def test_each_reason_of_a_bounce_has_a_sentence_of_its_own(code: str) -> None:
    said = reasons.sentence("bounced", code=code, address="", maybe_arrived=False)

    assert said == reasons.BOUNCED[code]
    assert said != reasons.SENT_BACK


def test_each_way_in_which_delivery_gives_up_has_a_sentence() -> None:
    sources = [inspect.getsource(module) for module in (email, faults)]

    codes = {code for source in sources for code in FAULT.findall(source)}

    assert len(codes) > 8
    assert codes <= set(reasons.FAILED)


def test_a_code_that_nobody_knows_is_told_all_the_same() -> None:
    bounced = reasons.sentence("bounced", code="other", address="", maybe_arrived=False)
    crashed = reasons.sentence("failed", code="KeyError", address="", maybe_arrived=True)

    assert bounced == reasons.SENT_BACK
    assert "KeyError" in crashed
    assert crashed.endswith(reasons.MAYBE)


@pytest.mark.parametrize(("keep", "kept"), [(False, desk.PATIENT), (True, "right@patient.example")])
def test_another_address_is_kept_on_the_payment_if_asked(keep: bool, kept: str) -> None:
    receipt = a_bounced_receipt()

    sending.send_again(receipt.number, to="right@patient.example", occasion="desk:1", keep=keep)

    assert Payment.objects.get().email == kept
    assert newest(receipt).to == "right@patient.example"
