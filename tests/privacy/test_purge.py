"""What has outlived its period is forgotten; numbers, amounts, keys and hashes stay, and so does every promise."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications.models import Message, State
from payments_service.payments.models import Checkout
from payments_service.receipting import undelivered
from payments_service.replaying.steps import Do
from payments_service.webhooks.models import StripeEvent
from privacy import purging
from privacy.models import Purge, PurgeTurn
from receipts import chain
from receipts.findings import Kind
from receipts.models import Receipt
from servicekit import claims
from tests import builders, processes
from tests.privacy.treated import a_checkout, a_treated_patient, later, noted, places, purge, the_payment
from tests.processes import Process, eventually
from tests.replaying.journeys import journey_of, lose_file_of, to_do
from tests.stripe_events import by_type, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4000


def test_nothing_goes_before_its_time() -> None:
    a_treated_patient()
    before = places()

    run = purge(now=later(days=29))

    assert run.counts == {}
    assert run.finished_at
    assert places() == before


def test_events_forget_what_they_said_and_remember_that_they_came() -> None:
    events, _ = a_treated_patient()

    run = purge(now=later(days=91))

    assert run.counts == {"Stripe events": len(events)}
    assert "webhooks_stripeevent.body" not in places()
    builders.take_in(events)
    assert Receipt.objects.count() == Message.objects.count() == 1


def test_an_event_that_is_still_work_keeps_its_text() -> None:
    events, _ = a_treated_patient()
    StripeEvent.objects.filter(stripe_id=events[0]["id"]).update(state="given_up")

    purge(now=later(days=91))

    assert StripeEvent.objects.filter(purged_at=None).get().stripe_id == events[0]["id"]


def test_a_purged_event_is_replayed_as_far_as_rows_tell() -> None:
    events, receipt = a_treated_patient()
    purge(now=later(days=91))
    lose_file_of(receipt)

    journey = journey_of(by_type(events, "payment_intent.succeeded"))

    assert "its text was purged" in journey.steps[0].state
    assert to_do(journey) == [Do.RESTORE]


def test_a_letter_forgets_its_words_first_and_its_address_later() -> None:
    a_treated_patient()

    purge(now=later(days=181))
    message = Message.objects.get()
    assert (message.text, message.html, message.subject, message.attachments) == ("", "", "", [])
    assert message.to

    purge(now=later(days=733))
    message.refresh_from_db()
    assert (message.to, message.state, bool(message.dedupe_key)) == ("", State.SENT, True)


def test_a_queued_letter_is_never_forgotten() -> None:
    receipt = builders.a_receipt()

    purge(now=later(days=3000))

    message = Message.objects.get(about=receipt.number)
    assert message.state == State.QUEUED
    assert message.text
    assert message.to


def test_after_two_years_only_the_documents_name_anybody() -> None:
    _, receipt = a_treated_patient()
    noted(receipt)
    Message.objects.filter(state=State.QUEUED).update(state=State.SENT, due_at=None)

    purge(now=later(days=733))

    assert places() == {"receipts_receipt.snapshot"}
    assert (the_payment().amount, the_payment().receipt_number) == (12000, receipt.number)
    assert Checkout.objects.get().lines[0]["unit_amount"] == 12000


def test_a_refund_after_that_has_its_document_and_nobody_is_written_to() -> None:
    events, _ = a_treated_patient()
    purge(now=later(days=733))
    charge = by_type(events, "charge.succeeded")["data"]["object"]

    builders.take_in(events_of_a_refund(charge, amount=5000))
    (document,) = builders.correct()
    builders.render(document)

    assert document.amount == -5000
    assert not Message.objects.filter(about=document.number).exists()
    assert not undelivered.waiting().exists()
    assert places() == {"receipts_receipt.snapshot"}


def test_a_receipt_keeps_number_amounts_and_seal_when_its_years_are_over() -> None:
    _, receipt = a_treated_patient()

    purge(now=later(days=10 * 366 + 366))

    receipt.refresh_from_db()
    assert places() == set()
    assert receipt.snapshot["patient_name"] == receipt.pdf_key == ""
    assert (receipt.amount, receipt.snapshot["total"], receipt.snapshot["lines"][0]["amount"]) == (12000, 12000, 12000)
    [finding] = chain.check()
    assert (finding.kind, finding.wrong) == (Kind.PURGED, False)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"amount": 1}, Kind.CHANGED),
        ({"purged_at": None}, Kind.CHANGED),
        ({"hash": "0" * 64}, Kind.FORGED),
        ({"signature": "A" * 103}, Kind.FORGED),
    ],
    ids=["another amount", "made out as never purged", "another hash", "another signature"],
)
def test_who_changes_a_purged_document_is_found_out(change: dict[str, object], kind: Kind) -> None:
    a_treated_patient()
    purge(now=later(days=10 * 366 + 366))

    Receipt.objects.update(**change)

    assert kind in {finding.kind for finding in chain.check() if finding.wrong}


def test_a_document_is_not_purged_because_somebody_writes_so() -> None:
    _, receipt = a_treated_patient()

    Receipt.objects.update(purged_at=timezone.now(), snapshot=receipt.snapshot | {"patient_name": ""})

    assert [finding.kind for finding in chain.check() if finding.wrong] == [Kind.CHANGED]


def test_a_purge_that_was_cut_off_goes_on_and_counts_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        a_checkout(f"visit-{number}")
    monkeypatch.setattr(purging, "SLICE", 1)

    first = purging.purge(now=later(days=733), by="beat", seconds=0)
    assert first
    assert first.finished_at is None
    claims.wake(PurgeTurn.objects.all())
    second = purging.purge(now=later(days=733), by="beat", seconds=60)

    assert second
    assert (second.pk, second.counts) == (first.pk, {"checkouts": 3})


def test_two_never_purge_at_once_and_beat_begins_once_a_day() -> None:
    purge(now=timezone.now())
    assert purging.purge(now=timezone.now(), by="beat", seconds=60) is None

    PurgeTurn.objects.update(due_at=claims.after(timedelta(minutes=1)))
    Purge.objects.update(finished_at=None)

    with pytest.raises(purging.Elsewhere):
        purge(now=timezone.now())


def test_the_dry_run_shows_a_table_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    a_treated_patient()
    StripeEvent.objects.update(received_at=later(days=-91))
    before = places()

    call_command("purge", "--dry-run")

    assert "Stripe events" in capsys.readouterr().out
    assert places() == before
    assert not Purge.objects.exists()


def test_a_killed_purge_leaves_whole_slices_and_is_gone_on_with(tmp_path: Path) -> None:
    Checkout.objects.bulk_create(old_checkout(number) for number in range(MANY))
    victim = Process("payments_service", "purge", env=processes.environment(), log=tmp_path / "victim.log")
    eventually(lambda: Checkout.objects.filter(forgotten_at__isnull=False).exists(), why=victim.output)
    victim.kill()

    run = Purge.objects.get()
    assert run.counts == {"checkouts": Checkout.objects.filter(forgotten_at__isnull=False).count()}
    PurgeTurn.objects.update(due_at=claims.after(timedelta(0)))  # its lease runs out
    assert purge(now=timezone.now()).counts == {"checkouts": MANY}


def old_checkout(number: int) -> Checkout:
    """A checkout of three years ago that nobody paid."""
    return Checkout(
        reference=f"chk_{number}",
        visit_id="visit",
        currency="eur",
        lines=[],
        patient_name="Ada",
        patient_email="ada@patient.example",
        request_digest="",
        created_at=later(days=-1100),
    )
