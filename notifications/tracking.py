"""What became of a message after the provider took it: each report is kept once and moves its message on.

Doors translate a provider's words into an `Update`; `delivery` applies what came before it knew the provider's id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notifications import messages, models
from notifications.models import Kind, State
from servicekit import compiled
from servicekit.compiled import Slot

log = structlog.get_logger(__name__)

CODE = re.compile(r"[a-z0-9_]{0,100}")
FORGOTTEN_AFTER = timedelta(days=90)
"""How long a report is kept that is about no message of ours: another system may share the provider."""

MOST_FORGOTTEN = 1000
ROW_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Update:
    """A provider's report in our words.

    `event_id` is the same whenever the same report comes. `reference` is our own name for a text message, its row's
    number, and known even when the provider's answer was lost; an email is found by `provider_message_id`, which may
    be its Message-ID. `code` is a reason from a closed set, never a provider's sentence. `at` is the provider's time.
    """

    event_id: str
    state: Kind
    provider_message_id: str = ""
    reference: str = ""
    code: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `messages.Refused` for what can't be kept, or could name a person."""
        messages.require(self.event_id, "event_id", "name the report")
        messages.check_line("event_id", self.event_id, messages.LONGEST_EVENT)
        plain = not messages.CONTROLS.search(self.provider_message_id)
        messages.require(plain, "provider_message_id", "control characters can't be stored")
        messages.require(CODE.fullmatch(self.code), "code", "expected a word such as recipient_refused")
        messages.require(self.at is None or self.at.utcoffset() is not None, "at", "expected an instant with its zone")


def record(update: Update) -> int | None:
    """Keep a report and move its message on; the message's id when its state changed, else None.

    A report that came before changes nothing. One about a message that nobody knows is kept: delivery may be about
    to learn the provider's id. Opens its own transactions and refuses to run in another. For the report is committed
    before anybody looks for the message, and delivery commits the provider's id before it looks for reports: so
    whoever comes second sees the other, and no lock is needed between two rows that don't know each other.
    """
    with transaction.atomic(durable=True):
        keep(update)
    with transaction.atomic(durable=True):
        message = addressee(update)
        event = models.TrackingEvent.objects.filter(event_id=update.event_id, message=None).first()
        if message is None or event is None:
            return None
        return message.pk if apply(event, message) else None


def keep(update: Update) -> None:
    """Write the report down; the unique constraint decides whether it is new."""
    event = models.TrackingEvent(
        event_id=update.event_id,
        provider_message_id=update.provider_message_id[:255],
        kind=update.state,
        code=update.code,
        at=update.at,
    )
    models.TrackingEvent.objects.bulk_create([event], ignore_conflicts=True)


def addressee(update: Update) -> models.Message | None:
    """The message that a report is about, locked."""
    rows = models.Message.objects.select_for_update()
    if ROW_NUMBER.fullmatch(update.reference):
        text = rows.filter(pk=int(update.reference), channel=models.Channel.SMS).first()
        if text:
            return text
    if not update.provider_message_id:
        return None
    known = Q(provider_message_id=update.provider_message_id[:255]) | Q(message_id=update.provider_message_id)
    return rows.filter(known).order_by("-pk").first()


def catch_up(message: models.Message) -> None:
    """Apply the reports that came before this message's provider id was known; in delivery's transaction."""
    provider_id = message.provider_message_id
    if provider_id and compiled.once("early reports", any_early).run(provider_id=provider_id):
        for event in early(provider_id):
            apply(event, models.Message.objects.select_for_update().get(pk=message.pk))


def any_early() -> compiled.Look:
    """Whether there are reports that came too early; there seldom are."""
    return compiled.Look(early(Slot("provider_id")))


def early(provider_id: str | Slot) -> QuerySet[models.TrackingEvent]:
    """Reports with that id of the provider's, about a message that nobody knew yet."""
    return models.TrackingEvent.objects.filter(message=None, provider_message_id=provider_id)


def forget_strangers() -> int:
    """Drop old reports about messages that nobody knows; how many, at most a thousand at a time."""
    strangers = models.TrackingEvent.objects.filter(message=None, received_at__lt=Now() - FORGOTTEN_AFTER)
    oldest = strangers.order_by("received_at").values("pk")[:MOST_FORGOTTEN]
    forgotten, _ = models.TrackingEvent.objects.filter(pk__in=oldest, message=None).delete()
    return forgotten


def apply(event: models.TrackingEvent, message: models.Message) -> bool:
    """Put the report to its message, whose row is locked; whether that changed the message's state."""
    mine = models.TrackingEvent.objects.filter(pk=event.pk, message=None).update(message=message)
    state = state_after(message, event) if mine else message.state
    if state == message.state:
        return False
    if message.state == State.QUEUED:
        count_as_sent(message, provider_message_id=event.provider_message_id)
    code = event.code if state == State.BOUNCED else ""
    models.Message.objects.filter(pk=message.pk).update(state=state, last_error=code)
    log.info("message_reported", message=message.pk, state=str(state), code=code)
    return True


def state_after(message: models.Message, event: models.TrackingEvent) -> str:
    """Where a report leads.

    What is final stays: providers promise no order, and a late "sent" or "delivered" is older news than the end. The
    one exception is an email that bounces after it was delivered. "Delivered" means that a mail server took it
    (Anymail, "Normalized tracking event"; Postmark, "Delivery webhook"), and a server may take a message and send it
    back afterwards (RFC 3464). A text's "delivered" is the network's receipt, after which Twilio says nothing else.
    """
    not_yet = {State.QUEUED, State.SENT}
    if event.kind == Kind.DELIVERED and message.state in not_yet:
        return State.DELIVERED
    if event.kind == Kind.BOUNCED and not is_other_copy(message, event):
        undone = {State.DELIVERED} if message.channel == models.Channel.EMAIL else set()
        return State.BOUNCED if message.state in not_yet | undone else message.state
    return State.SENT if message.state == State.QUEUED else message.state


def is_other_copy(message: models.Message, event: models.TrackingEvent) -> bool:
    """Whether the report is about another copy than the one on record: that one may still arrive."""
    ours = {message.provider_message_id, message.message_id}
    return bool(event.provider_message_id and message.provider_message_id) and event.provider_message_id not in ours


def count_as_sent(message: models.Message, *, provider_message_id: str) -> None:
    """The provider has the message, whatever its answer was or where it got lost: it isn't sent again."""
    known = message.provider_message_id or provider_message_id
    models.Message.objects.filter(pk=message.pk).update(
        state=State.SENT, due_at=None, sent_at=Now(), provider_message_id=known
    )
    unfinished = message.history.filter(outcome=models.Outcome.UNDERWAY)
    unfinished.update(outcome=models.Outcome.ACCEPTED, finished_at=Now())
