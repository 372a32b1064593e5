"""What became of a payment's letters, for its story: queued, tried, reported on, sent again, handed over by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from notifications.models import Attempt, Channel, Kind, Message, Outcome, State, TrackingEvent
from payments_service.desk.moments import BAD, GOOD, OPEN, Moment
from payments_service.receipting import reasons, undelivered
from payments_service.receipting.models import HandedOver, UndeliveredReceipt
from payments_service.replaying import forgetting
from payments_service.replaying.models import Replay
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from servicekit.overview import lists
from servicekit.overview.lists import Reader

WHY = {
    "first": "By itself, as soon as there was a PDF.",
    "desk": "Asked for at the front desk.",
    "asked": "Asked for by another program.",
    "replay": "Sent again, with a reason.",
    "link": "The patient asked for a fresh link.",
}
"""Why there is a letter, by the occasion in its key: see `receipting.sending` and who calls it."""
REASON_FORGOTTEN = "The reason is forgotten by now, as it may have named somebody."
TRIED = {
    Outcome.UNDERWAY: ("It is being sent", OPEN),
    Outcome.ACCEPTED: ("The mail provider took it", GOOD),
    Outcome.TRY_LATER: ("It could not be sent, and is tried again", OPEN),
    Outcome.GAVE_UP: ("It could not be sent", BAD),
    Outcome.UNKNOWN: ("Sending was interrupted; it may have gone out", OPEN),
}
REPORTED = {
    Kind.UNDER_WAY: ("The mail provider is sending it", ""),
    Kind.SENT: ("The mail provider handed it on", ""),
    Kind.DEFERRED: ("The patient's mail server puts it off; the provider keeps trying", OPEN),
    Kind.DELIVERED: ("It has arrived", GOOD),
    Kind.BOUNCED: ("It came back", BAD),
    Kind.COMPLAINED: ("The patient reported it as spam", BAD),
    Kind.UNSUBSCRIBED: ("The patient has unsubscribed at the mail provider", BAD),
    Kind.UNKNOWN: ("The mail provider reported something that nobody knows", ""),
}


def of(documents: Sequence[Receipt], *, events: Sequence[StripeEvent], reader: Reader) -> Iterator[Moment]:
    """Everything that happened to the letters about these documents, in any order."""
    numbers = [document.number for document in documents]
    if lists.may_see(reader, Message):
        about = [*numbers, *(f"{number}:link" for number in numbers)]
        found = Message.objects.filter(about__in=about).prefetch_related("history", "reports").order_by("pk")
        yield from chain.from_iterable(life_of(message, reader) for message in found)
    if lists.may_see(reader, Replay):
        yield from sent_again(numbers, events)
    if lists.may_see(reader, HandedOver):
        yield from by_hand(documents, reader)
    if lists.may_see(reader, UndeliveredReceipt):
        yield from at_the_desk(documents)


def life_of(message: Message, reader: Reader) -> Iterator[Moment]:
    """One letter, from the outbox to the mailbox."""
    here = lists.row(message, reader)
    way = "Email" if message.channel == Channel.EMAIL else "Text message"
    number = message.about.removesuffix(":link")
    what = f"{way} with a link to {number}" if message.about.endswith(":link") else f"{way} with {number}"
    waits = OPEN if message.state == State.QUEUED else ""
    yield Moment(message.created_at, f"{what} written to {message.to}", why_of(message), tone=waits, path=here)
    for attempt in message.history.all():
        yield tried(attempt)
    for report in message.reports.all():
        yield reported(report)


def why_of(message: Message) -> str:
    """Why there is this letter."""
    occasion = message.dedupe_key.removeprefix(f"{message.about.removesuffix(':link')}:").partition(":")[0]
    return WHY.get(occasion, "")


def tried(attempt: Attempt) -> Moment:
    """One attempt to send it."""
    what, tone = TRIED[Outcome(attempt.outcome)]
    said = reasons.FAILED.get(attempt.code, "") if tone == BAD else ""
    return Moment(attempt.finished_at or attempt.started_at, what, said, note=attempt.code, tone=tone)


def reported(report: TrackingEvent) -> Moment:
    """One report of the provider's."""
    what, tone = REPORTED[Kind(report.kind)]
    said = reasons.BOUNCED.get(report.code, reasons.SENT_BACK) if report.kind == Kind.BOUNCED else ""
    return Moment(report.at or report.received_at, what, said, note=report.code, tone=tone)


def sent_again(numbers: Sequence[str], events: Sequence[StripeEvent]) -> Iterator[Moment]:
    """What was asked for once more, by whom and why."""
    asked = Q(document__in=numbers) | Q(document="", event__in=[event.stripe_id for event in events])
    for replay in Replay.objects.filter(asked):
        by = replay.by or f"the {replay.get_door_display().lower()}"
        yield Moment(replay.at, f"{by} had {replay.document} sent again", why(replay))


def why(replay: Replay) -> str:
    """The reason that was given, while anybody remembers it."""
    return REASON_FORGOTTEN if replay.reason.startswith(forgetting.FORGOTTEN) else f"Reason: {replay.reason}"


def by_hand(documents: Sequence[Receipt], reader: Reader) -> Iterator[Moment]:
    """What was given to the patient in another way."""
    for kept in HandedOver.objects.filter(receipt__in=documents).select_related("receipt"):
        what = f"{kept.by}: {kept.receipt.number} was {kept.get_way_display()}"
        yield Moment(kept.at, what, kept.note, tone=GOOD, path=lists.row(kept, reader))


def at_the_desk(documents: Sequence[Receipt]) -> Iterator[Moment]:
    """Who sent a document again from the list of those that didn't arrive."""
    kind = ContentType.objects.get_for_model(UndeliveredReceipt, for_concrete_model=False)
    keys = {str(document.pk): document.number for document in documents}
    noted = LogEntry.objects.filter(content_type=kind, object_id__in=keys, change_message=undelivered.SENT_AGAIN)
    for entry in noted.select_related("user"):
        number = keys[entry.object_id or ""]
        yield Moment(entry.action_time, f"{entry.user.get_username()} had {number} sent again", "It hadn't arrived.")
