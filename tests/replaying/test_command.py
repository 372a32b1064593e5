"""`python -m payments_service replay`: which events, what it prints, and what it refuses to do."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from notifications.models import Message
from payments_service.replaying.models import Replay
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests.builders import keep, take_in
from tests.replaying.journeys import a_finished_payment, letters, lose_file_of
from tests.stripe_events import a_charge, a_thin_event, an_event, events_of_a_dispute, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("replay", *arguments, stdout=out)
    return out.getvalue()


def run_json(*arguments: str) -> list[dict[str, Any]]:
    """The events that it prints as JSON."""
    found: list[dict[str, Any]] = json.loads(run("--json", *arguments))["events"]
    return found


def types(*arguments: str) -> list[str]:
    """The types of the events that are chosen, in order; nothing is done."""
    return [event["type"] for event in run_json("--dry-run", *arguments)]


def test_a_dry_run_shows_the_journey_and_writes_nothing() -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)
    Message.objects.all().delete()

    printed = run("--dry-run", *(event["id"] for event in events))

    for text in (events[0]["id"], receipt.number, "missing from storage", "queue the first email", "a•••@e•••.com"):
        assert text in printed
    assert "Events: 4. Steps to redo: 2. Nothing was done." in printed
    assert "ada.nowak" not in printed
    assert (letters(), "missing from storage" in run("--dry-run", events[0]["id"])) == (0, True)


def test_without_it_the_steps_are_redone_and_a_second_time_there_is_nothing_left() -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)
    Message.objects.all().delete()

    first = run(events[0]["id"])
    second = run(events[0]["id"])

    assert all(text in first for text in ("the file is back", "the email is queued"))
    assert "Events: 1. Steps redone: 2. Not possible: 0." in first
    assert "Events: 1. Steps redone: 0. Not possible: 0." in second
    assert letters() == 1


def test_json_has_every_step_and_what_was_done() -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)

    [event] = run_json(events[0]["id"])

    steps = {step["stage"]: step for step in event["steps"]}
    assert (event["event"], event["type"]) == (events[0]["id"], "charge.succeeded")
    assert list(steps) == ["event", "payment", "receipt", "PDF", "email"]
    assert (steps["PDF"]["done"], steps["PDF"]["failed"]) == ("the file is back", False)
    assert (steps["email"]["do"], "done" in steps["email"]) == ("nothing", False)


def test_events_are_chosen_by_type_with_wildcards_and_thin_ones_by_their_twins_type() -> None:
    take_in([*events_of_a_payment(), *events_of_a_dispute(a_charge(), outcome="inquiry")])
    keep(a_thin_event(an_event("charge.succeeded", a_charge(), created=1)))

    assert types("--type", "charge.succeeded") == ["v1.charge.succeeded", "charge.succeeded"]
    assert types("--type", "v1.*") == ["v1.charge.succeeded"]
    assert types("--type", "charge.dispute.*", "--type", "payment_intent.succeeded") == [
        "payment_intent.succeeded",
        "charge.dispute.created",
        "charge.dispute.closed",
    ]


@pytest.mark.parametrize(("since", "found"), [("7d", 2), ("36h", 1), ("2026-01-01", 2)])
def test_events_are_chosen_by_when_they_were_received(since: str, found: int) -> None:
    old, _, new, _ = events_of_a_payment()
    take_in([old, new])
    StripeEvent.objects.filter(stripe_id=old["id"]).update(received_at=timezone.now() - timedelta(days=2))

    chosen = types("--since", since)

    assert len(chosen) == found


def test_failed_are_those_that_failed_or_were_given_up_and_filters_narrow_each_other() -> None:
    charge, intent, session, _ = events_of_a_payment()
    take_in([charge, intent, session])
    StripeEvent.objects.filter(stripe_id=charge["id"]).update(state="failed")
    StripeEvent.objects.filter(stripe_id=intent["id"]).update(state="given_up")

    assert types("--failed") == ["charge.succeeded", "payment_intent.succeeded"]
    assert types("--failed", "--type", "charge.*") == ["charge.succeeded"]
    assert types("--failed", session["id"]) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say which events"),
        (["evt_nobody"], "No such event has come in: evt_nobody"),
        (["--type", "charge.succeded"], "No event has come in whose type is like charge.succeded"),
        (["--since", "yesterday"], "expected a span such as 7d or 36h"),
        (["--since", "2026-13-01"], "expected a span such as 7d or 36h"),
        (["--failed", "--send-again"], "--send-again and --reason go together"),
        (["--failed", "--reason", "lost"], "--send-again and --reason go together"),
        (["--failed", "--send-again", "--reason", " "], "--send-again and --reason go together"),
        (["--failed", "--send-again", "--reason", "x" * 501], "at most 500 characters"),
        (["--failed", "--send-again", "--reason", "two\nlines"], "one line"),
        (["--failed", "--by", "x" * 151], "at most 150 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(arguments: list[str], says: str) -> None:
    take_in(events_of_a_payment())

    with pytest.raises(CommandError) as refusal:
        run(*arguments)

    assert says in str(refusal.value)


def test_one_unknown_id_stops_everything_before_anything_is_done() -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)

    with pytest.raises(CommandError, match="evt_nobody"):
        run(events[0]["id"], "evt_nobody")

    assert "missing from storage" in run("--dry-run", events[0]["id"])


def test_many_events_need_a_yes() -> None:
    take_in(an_event("customer.created", {"object": "customer", "id": f"cus_{number}"}) for number in range(21))

    with pytest.raises(CommandError, match="21 events would be replayed"):
        run("--type", "customer.*")

    assert "Events: 21. Steps to redo: 0." in run("--type", "customer.*", "--dry-run")
    assert "Events: 21. Steps redone: 0." in run("--type", "customer.*", "--yes")


def test_a_sent_document_goes_again_with_its_reason_and_who_asked_on_record() -> None:
    events, receipt = a_finished_payment()

    printed = run("--type", "*", "--send-again", "--reason", "the insurer lost it", "--by", "front desk")
    again = run("--type", "*", "--send-again", "--reason", "the insurer lost it")

    kept = Replay.objects.get()
    assert f"message {kept.message} is queued" in printed
    assert "Steps redone: 0." in again
    assert (kept.document, kept.reason, kept.by, kept.door) == (
        receipt.number,
        "the insurer lost it",
        "front desk",
        "command",
    )
    assert (letters(), Message.objects.get(pk=kept.message).about) == (2, receipt.number)
    assert len(events) == 4


def test_a_document_that_is_not_there_any_more_is_not_possible() -> None:
    events, receipt = a_finished_payment()
    Receipt.objects.all().delete()
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 of the steps could not be done"):
        call_command("replay", events[0]["id"], stdout=out)

    assert "Steps redone: 0. Not possible: 1." in out.getvalue()
    assert "it can't be made again" in out.getvalue()
    assert "Steps to redo: 0." in run("--dry-run", events[0]["id"])
    assert receipt.number in out.getvalue()


def test_a_step_that_fails_ends_with_a_sentence_and_the_others_are_done() -> None:
    events, _ = a_finished_payment()
    Message.objects.all().delete()
    Receipt.objects.update(pdf_sha256="0" * 64)
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 of the steps could not be done"):
        call_command("replay", events[0]["id"], stdout=out)

    assert "Steps redone: 1. Not possible: 1." in out.getvalue()
    assert letters() == 1
