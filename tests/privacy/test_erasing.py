"""One person is forgotten at once: what the law keeps stays and is named, and nothing brings the rest back."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from notifications.models import Message, State
from payments_service.payments.models import Payment
from payments_service.privacy import erasing, people
from payments_service.receipting import sending
from payments_service.webhooks.models import StripeEvent
from privacy import digests
from privacy.models import Erasure
from privacy.service import Ambiguous, Busy, NotKnown
from receipts import chain
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests import builders
from tests.privacy.treated import (
    EMAIL,
    VISIT,
    a_checkout,
    a_treated_patient,
    erase,
    events_for,
    later,
    noted,
    places,
    purge,
)
from tests.reconciling.builders import a_lost_payment, deliver, process_all, reconcile, used
from tests.replaying.journeys import replay_all
from tests.stripe_events import by_type, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)

WHERE_THE_LAW_KEEPS_IT = {"receipts_receipt.snapshot"}


def test_all_but_the_documents_is_forgotten_and_the_books_still_hold() -> None:
    _, receipt = a_treated_patient()
    noted(receipt)

    erased = erase(email=EMAIL.upper())

    assert places() == WHERE_THE_LAW_KEEPS_IT
    assert [each.name for each in erased.kept] == [receipt.number]
    assert erased.counts["letters withdrawn"] == 1
    assert not Message.objects.filter(state=State.QUEUED).exists()
    assert [finding for finding in chain.check() if finding.wrong] == []
    purge(now=later(days=11 * 366))
    assert places() == set()


def test_that_it_was_done_is_on_record_without_the_person() -> None:
    a_treated_patient()

    erase(email=EMAIL)

    row = Erasure.objects.get()
    assert row.by == "administrator"
    assert row.counts["payments"] == 1
    assert row.digests == [digests.of("email", f" {EMAIL.title()} ")]
    assert row.kept[0]["until"] > f"{later(days=3650):%Y-%m-%d}"


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    a_treated_patient()
    before = places()

    shown = erase(dry_run=True, email=EMAIL)

    assert places() == before
    assert not Erasure.objects.exists()
    assert shown == erase(email=EMAIL)


def test_what_stripe_says_afterwards_brings_nobody_back() -> None:
    events, _ = a_treated_patient()
    erase(visit=VISIT)
    charge = by_type(events, "charge.succeeded")["data"]["object"]

    builders.take_in(event | {"id": f"{event['id']}late"} for event in events)
    builders.take_in(events_of_a_refund(charge, amount=5000))
    for document in builders.correct():
        builders.render(document)

    assert places() == WHERE_THE_LAW_KEEPS_IT
    assert Message.objects.count() == 1
    assert Receipt.objects.count() == 2


def test_neither_replay_nor_reconcile_bring_anybody_back(stripe: StandIn) -> None:
    events = a_lost_payment(stripe, metadata={"checkout": a_checkout().reference})
    deliver(stripe, events[:2])
    process_all()
    builders.finish(builders.payment_of(events))
    erase(email=EMAIL)

    reconcile("--since", "400d")
    process_all()
    replayed = replay_all([each for each in events if each["id"] in used(events)], reason="asked once more")

    assert StripeEvent.objects.count() == 3
    assert replayed == []
    assert places() == WHERE_THE_LAW_KEEPS_IT
    assert Message.objects.count() == Receipt.objects.count() == 1


def test_who_only_paid_for_somebody_else_has_no_claim_to_it() -> None:
    a_treated_patient()

    with pytest.raises(NotKnown):
        erase(email="payer.zzyzx@example.com")


def test_two_patients_at_one_address_are_told_apart_first() -> None:
    a_treated_patient()
    _, other = a_treated_patient(a_checkout("visit-2", name="Jan Kowalski"))

    with pytest.raises(Ambiguous, match="2 people"):
        erase(email=EMAIL)
    erase(email=EMAIL, visit="visit-2")

    assert Payment.objects.get(forgotten_at__isnull=False).receipt_number == other.number


def test_what_stripe_said_of_a_sibling_at_the_same_address_stays() -> None:
    siblings, _ = a_treated_patient()
    events, _ = a_treated_patient(a_checkout("visit-2", name="Jan Kowalski"))

    erase(email=EMAIL, visit="visit-2")

    forgotten = StripeEvent.objects.filter(purged_at__isnull=False).values_list("stripe_id", flat=True)
    assert set(forgotten) == {each["id"] for each in events}
    assert len(siblings) == StripeEvent.objects.filter(purged_at=None).count()


def test_a_payment_that_comes_in_while_the_person_is_looked_for_is_erased_with_the_others() -> None:
    a_treated_patient()
    found = people.find({"email": EMAIL})
    a_treated_patient(a_checkout("visit-2"))

    with transaction.atomic():
        erased = erasing.erase(found, at=timezone.now())

    assert erased.counts["payments"] == 2
    assert places() == WHERE_THE_LAW_KEEPS_IT


def test_nothing_is_erased_while_something_is_under_way() -> None:
    builders.take_in(events_for(a_checkout()))
    before = places()

    with pytest.raises(Busy, match="try again"):
        erase(email=EMAIL)

    assert places() == before


def test_an_erased_patient_may_still_be_sent_a_copy_and_is_not_remembered_for_it() -> None:
    _, receipt = a_treated_patient()
    erase(email=EMAIL)

    sending.send_again(receipt.number, to="ada@elsewhere.example", occasion="asked")

    assert Payment.objects.get().email == ""


def test_the_command_shows_first_and_erases_when_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    _, receipt = a_treated_patient()

    call_command("erase_person", email=EMAIL)
    shown = capsys.readouterr().out
    assert "would be erased" in shown
    assert receipt.number in shown
    assert "tax law" in shown

    call_command("erase_person", email=EMAIL, yes=True)
    assert places() == WHERE_THE_LAW_KEEPS_IT
    assert EMAIL not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "sentence"), [({}, "say who: --email or --visit"), ({"email": EMAIL}, "nothing is kept under that email")]
)
def test_the_command_says_what_it_lacks(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("erase_person", **given)
