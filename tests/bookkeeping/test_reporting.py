"""Each morning the day before is proven and reported, once; what isn't proven is tried again."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from pytest_django import Settings

from notifications import delivery
from notifications.models import Message
from payments_service.bookkeeping import days, reporting
from payments_service.bookkeeping.models import DayProof
from payments_service.bookkeeping.proof import Outcome
from scripts.stripe_standin import StandIn
from tests.bookkeeping.a_day import (
    DAY,
    MORNING_AFTER,
    a_payment_at_noon,
    a_payment_without_receipt,
    a_receipted_payment,
)
from tests.builders import hurry
from tests.stripe_events import EMAIL, NAME, a_charge
from tests.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
BOOKS = "books@clinic.example"


@pytest.fixture(autouse=True)
def _a_clinic_that_wants_reports(settings: Settings) -> None:
    settings.CLINIC_REPORT_TO = BOOKS


def morning(now: datetime = MORNING_AFTER) -> list[int]:
    """What Beat and a worker do in a morning; the messages that came of it."""
    reporting.open_days(now=now)
    due = reporting.due(limit=100, overdue=timedelta(0))
    return [sent for pk in due if (sent := reporting.prove(pk, now=now)) is not None]


def days_of(rows: list[DayProof]) -> list[date]:
    """Which days these are."""
    return [row.day for row in rows]


def test_the_day_before_is_proven_kept_and_reported(stripe: StandIn) -> None:
    a_receipted_payment(stripe=stripe)

    (message_id,) = morning()

    row = DayProof.objects.get()
    assert (row.day, row.outcome, row.findings, row.to_do, row.message) == (DAY, Outcome.PROVEN, 0, 0, message_id)
    message = Message.objects.get(pk=message_id)
    assert message.to == BOOKS
    assert message.subject == "Daily proof of Monday, September 21, 2026: Everything is there and agrees."
    assert "[x] Numbers are contiguous: TEST-R-2026-000001 to TEST-R-2026-000001" in message.text
    assert "[x] Sums agree with Stripe's" in message.text
    assert "https://payments.clinic.example/admin/bookkeeping/dayproof/?date=2026-09-21" in message.text


def test_a_report_says_what_is_wrong_and_links_to_where_it_is_put_right(stripe: StandIn) -> None:
    missed = a_payment_at_noon(stripe=stripe, amount=7_000)[0]["data"]["object"]["payment_intent"]
    waiting = a_payment_without_receipt(stripe=stripe)

    (message_id,) = morning()

    message = Message.objects.get(pk=message_id)
    assert message.subject.endswith(": Findings: 2")
    for text in (message.text, message.html):
        assert f"{missed}: €70.00 at Stripe, nothing here" in text
        assert "reconcile --since 3d" in text
        assert waiting.stripe_id in text
    assert f"https://payments.clinic.example/admin/payments/payment/{waiting.pk}/change/" in message.html


def test_a_report_is_delivered_like_any_letter_and_names_nobody(stripe: StandIn, mailoutbox: list[object]) -> None:
    a_receipted_payment(stripe=stripe, email=None)
    a_payment_without_receipt(stripe=stripe)
    (message_id,) = morning()

    delivery.deliver(message_id)

    message = Message.objects.get(pk=message_id)
    assert message.state == "sent"
    assert len(mailoutbox) == 1
    assert not [word for word in (*NAME.split(), EMAIL) if word in message.subject + message.text + message.html]


@pytest.mark.parametrize(("locale", "said"), [("de-AT", "Tagesnachweis"), ("pl", "Raport dzienny"), ("ar", "إثبات")])
def test_a_report_speaks_the_clinics_language(settings: Settings, locale: str, said: str) -> None:
    settings.CLINIC_LOCALE = locale
    a_payment_without_receipt()

    (message_id,) = morning()

    message = Message.objects.get(pk=message_id)
    assert said in message.subject
    assert message.language == locale
    assert f'lang="{locale}"' in message.html


def test_before_the_morning_the_day_is_left_alone() -> None:
    before_seven = MORNING_AFTER.replace(hour=4)

    reporting.open_days(now=before_seven)

    assert days_of(list(DayProof.objects.all())) == [DAY - days.DAY]


def test_a_day_is_reported_once_however_often_it_is_proven(stripe: StandIn) -> None:
    first = morning()
    reporting.again(DAY)

    again = morning()

    assert (len(first), len(again)) == (1, 0)
    assert Message.objects.count() == 1


def test_two_beats_and_two_workers_at_once_report_a_day_once() -> None:
    together = threading.Barrier(2)

    def one_of_them() -> None:
        together.wait(10)
        morning()

    threads = [threading.Thread(target=in_thread, args=(one_of_them,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert DayProof.objects.count() == 1
    assert Message.objects.count() == 1


def test_days_that_nobody_was_running_on_are_each_reported_once_afterwards() -> None:
    morning()

    late = morning(MORNING_AFTER + 4 * days.DAY)

    assert len(late) == 4
    assert days_of(list(DayProof.objects.order_by("day"))) == [DAY + n * days.DAY for n in range(5)]
    assert morning(MORNING_AFTER + 4 * days.DAY) == []


def test_after_months_of_silence_the_last_month_is_reported() -> None:
    morning()

    late = morning(MORNING_AFTER + 100 * days.DAY)

    assert len(late) == 31


def test_nobody_is_written_to_where_nobody_is_named_and_the_past_is_kept_all_the_same(settings: Settings) -> None:
    settings.CLINIC_REPORT_TO = ""

    assert morning() == []

    assert not Message.objects.exists()
    assert DayProof.objects.get().outcome == Outcome.UNCHECKED


def test_a_day_that_somebody_has_looked_at_before_its_morning_still_has_its_report() -> None:
    noon = MORNING_AFTER - timedelta(hours=20)
    reporting.prove(reporting.again(DAY), now=noon)

    sent = morning()

    assert len(sent) == 1


def test_a_stripe_that_is_away_is_waited_for_a_few_times_and_then_the_day_is_reported_without_it(
    stripe: StandIn,
) -> None:
    sent = []
    for _ in range(reporting.PATIENCE_ATTEMPTS):
        stripe.fail(status=429, retry_after=600)
        hurry(DayProof.objects.all())
        sent.append(morning())

    assert [len(each) for each in sent] == [0, 0, 0, 0, 0, 1]
    assert DayProof.objects.get().outcome == Outcome.UNCHECKED
    assert "[?] Not checked against Stripe: Stripe did not answer (RateLimitError)" in Message.objects.get().text


def test_a_day_that_differs_is_proven_again_a_day_later_and_then_is_well(stripe: StandIn) -> None:
    missed = a_payment_at_noon(stripe=stripe)
    morning()
    differed = DayProof.objects.get(day=DAY).outcome
    for event in missed:
        stripe.account.objects.pop(event["data"]["object"]["id"], None)
    hurry(DayProof.objects.filter(day=DAY))

    later = morning(MORNING_AFTER + days.DAY)

    row = DayProof.objects.get(day=DAY)
    assert (differed, row.outcome, row.due_at) == (Outcome.DIFFERS, Outcome.PROVEN, None)
    assert len(later) == 1  # of the next day


def test_a_day_with_something_under_way_at_stripe_is_proven_again_until_that_is_known(stripe: StandIn) -> None:
    at_noon = int((MORNING_AFTER - timedelta(hours=20)).timestamp())
    debit = stripe.account.keep(a_charge(created=at_noon, paid=False, status="pending"))
    morning()
    waits = DayProof.objects.get().due_at
    debit |= {"status": "failed"}
    hurry(DayProof.objects.all())

    reporting.prove(DayProof.objects.get().pk, now=MORNING_AFTER + days.DAY)

    assert waits is not None
    assert DayProof.objects.get().due_at is None


def test_what_stripe_said_is_kept_with_the_day(stripe: StandIn) -> None:
    a_payment_at_noon(stripe=stripe)
    morning()

    kept = reporting.evidence_of(DayProof.objects.get()).comparison

    assert kept.checked_at == MORNING_AFTER
    assert kept.differing == 1
    assert [each.id[:3] for each in kept.differences] == ["pi_"]
    assert [each.at_stripe.amount for each in kept.compared] == [12_000]
