"""What a provider reports is kept once and moves its message on, and what is final stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from notifications import messages, models, tasks, tracking
from notifications.models import Kind, State
from tests.notifications.builders import a_message, a_text, an_update, queued, reread

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING_NEW = {Kind.UNDER_WAY, Kind.SENT, Kind.DEFERRED, Kind.COMPLAINED, Kind.UNSUBSCRIBED, Kind.UNKNOWN}
MOVES: dict[tuple[State, Kind], State] = {
    **{(State.QUEUED, kind): State.SENT for kind in NOTHING_NEW},
    (State.QUEUED, Kind.DELIVERED): State.DELIVERED,
    (State.QUEUED, Kind.BOUNCED): State.BOUNCED,
    (State.SENT, Kind.DELIVERED): State.DELIVERED,
    (State.SENT, Kind.BOUNCED): State.BOUNCED,
}
AFTER_ALL = {(State.DELIVERED, Kind.BOUNCED): State.BOUNCED}
EVERY = [(state, kind) for state in State for kind in Kind]


def a_message_in(state: State, *, message: messages.Message | None = None) -> models.Message:
    """A message in that state, which the provider calls `provider-id-1` unless it is queued."""
    row = queued(message) if message else a_message()
    if state != State.QUEUED:
        known = models.Message.objects.filter(pk=row.pk)
        known.update(state=state, due_at=None, provider_message_id="provider-id-1")
    return reread(row)


@pytest.mark.parametrize(("state", "kind"), EVERY)
def test_an_email_goes_where_a_report_leads_and_stays_where_it_ended(state: State, kind: Kind) -> None:
    message = a_message_in(state)
    expected = (MOVES | AFTER_ALL).get((state, kind), state)

    changed = tracking.record(
        an_update(state=kind, provider_message_id=message.provider_message_id or message.message_id)
    )

    assert reread(message).state == expected
    assert changed == (message.pk if expected != state else None)
    assert message.reports.get().kind == kind


@pytest.mark.parametrize(("state", "kind"), EVERY)
def test_a_text_does_too_and_its_delivery_is_final(state: State, kind: Kind) -> None:
    message = a_message_in(state, message=a_text())
    expected = MOVES.get((state, kind), state)

    changed = tracking.record(an_update(state=kind, reference=str(message.pk)))

    assert reread(message).state == expected
    assert changed == (message.pk if expected != state else None)


def test_a_report_is_kept_once_however_often_it_comes() -> None:
    message = a_message_in(State.SENT)
    at = datetime(2026, 5, 4, 10, 15, tzinfo=UTC)
    bounce = an_update(state=Kind.BOUNCED, code="invalid", at=at)

    answers = [tracking.record(bounce) for _ in range(3)]

    kept = models.TrackingEvent.objects.get()
    assert answers == [message.pk, None, None]
    assert (kept.message, kept.kind, kept.code, kept.at) == (message, "bounced", "invalid", at)
    assert (reread(message).state, reread(message).last_error) == ("bounced", "invalid")


def test_a_complaint_stands_on_record_and_leaves_the_delivery_as_it_is() -> None:
    message = a_message_in(State.DELIVERED)

    changed = tracking.record(an_update(event_id="postmark:2", state=Kind.COMPLAINED))

    assert changed is None
    assert reread(message).state == "delivered"
    assert [report.kind for report in message.reports.all()] == ["complained"]


def test_a_bounce_that_overtakes_the_delivery_is_the_end_all_the_same() -> None:
    message = a_message_in(State.SENT)

    tracking.record(an_update(event_id="postmark:2", state=Kind.BOUNCED, code="bounced"))
    late = tracking.record(an_update(event_id="postmark:1", state=Kind.DELIVERED))

    assert late is None
    assert (reread(message).state, reread(message).last_error) == ("bounced", "bounced")
    assert message.reports.count() == 2


def test_a_report_about_a_stranger_is_kept_and_changes_nobody() -> None:
    message = a_message_in(State.SENT)

    changed = tracking.record(an_update(provider_message_id="somebody-elses"))

    assert changed is None
    assert reread(message).state == "sent"
    assert models.TrackingEvent.objects.get().message is None


@pytest.mark.parametrize("reference", ["", "0", "-1", "abc", "1e3", "9" * 40, "١"])
def test_a_reference_that_is_none_of_ours_names_nobody(reference: str) -> None:
    message = a_message_in(State.SENT, message=a_text())

    changed = tracking.record(an_update(reference=reference, provider_message_id="unknown"))

    assert changed is None
    assert reread(message).state == "sent"


def test_a_texts_reference_is_never_an_emails_number() -> None:
    email = a_message_in(State.SENT)

    changed = tracking.record(an_update(reference=str(email.pk), provider_message_id="unknown"))

    assert changed is None
    assert reread(email).state == "sent"


def test_another_copys_failure_isnt_this_ones_but_its_arrival_is() -> None:
    message = a_message_in(State.SENT, message=a_text())
    reference = str(message.pk)

    failed = an_update(event_id="1", state=Kind.BOUNCED, reference=reference, provider_message_id="first-copy")
    arrived = an_update(event_id="2", state=Kind.DELIVERED, reference=reference, provider_message_id="first-copy")

    assert tracking.record(failed) is None
    assert reread(message).state == "sent"
    assert tracking.record(arrived) == message.pk
    assert reread(message).state == "delivered"


def test_a_report_about_nobody_is_forgotten_after_ninety_days_and_no_other() -> None:
    message = a_message_in(State.SENT)
    tracking.record(an_update(event_id="known"))
    for days in (91, 89):
        tracking.record(an_update(event_id=f"{days}", provider_message_id="somebody-elses"))
        models.TrackingEvent.objects.filter(event_id=f"{days}").update(received_at=Now() - timedelta(days=days))
    models.TrackingEvent.objects.filter(event_id="known").update(received_at=Now() - timedelta(days=400))

    tasks.sweep_reports(trace="from-a-newer-release")

    assert {report.event_id for report in models.TrackingEvent.objects.all()} == {"known", "89"}
    assert message.reports.get().event_id == "known"


def test_a_report_is_recorded_in_transactions_of_its_own() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        tracking.record(an_update())

    assert not models.TrackingEvent.objects.exists()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": "550 5.1.1 <anna@patients.example>: no such user"}),
        ("code", {"code": "x" * 101}),
        ("event_id", {"event_id": ""}),
        ("event_id", {"event_id": "x" * 256}),
        ("event_id", {"event_id": "two\nlines"}),
        ("at", {"at": datetime(2026, 5, 4)}),  # noqa: DTZ001
    ],
)
def test_what_could_name_a_person_or_cant_be_kept_is_refused(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(messages.Refused) as refused:
        an_update(**changes)

    assert refused.value.field == field
