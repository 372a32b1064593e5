"""From the outbox to the provider: claim, note the attempt, send, write down what came of it. Called by `tasks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, DurationField, When
from django.db.models.functions import Now
from django.utils import timezone

from notifications import models, patience, tracking
from notifications.channels import email, sms
from servicekit import claims, compiled, failures, pooling
from servicekit.compiled import Slot

log = structlog.get_logger(__name__)

PATIENCE = {
    models.Channel.EMAIL: patience.for_steps_of(settings.EMAIL_TIMEOUT),
    models.Channel.SMS: patience.for_steps_of(sms.LONGEST_STEP),
}
LEASE = Case(
    *(When(channel=channel, then=timing.lease) for channel, timing in PATIENCE.items()), output_field=DurationField()
)
"""A row in its lease is worked on, or its worker is dead."""

MOST_ATTEMPTS = 40
"""With the waits of `retrying`, about a day."""

SENDERS = {models.Channel.EMAIL: email.send_record, models.Channel.SMS: sms.send_record}


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one attempt. `accepted_maybe`: it failed, and the provider may have taken the message first."""

    outcome: models.Outcome
    code: str = ""
    provider_message_id: str = ""
    accepted_maybe: bool = False


def deliver(message_id: int) -> models.Outcome | None:
    """Try to send one message; None when it isn't due, is someone else's, or has died.

    Opens its own transactions and refuses to run in another: the attempt has to be on record before the
    provider is called. What isn't a provider's failure is raised, and the message rests before the next attempt.
    """
    attempt = begin(message_id)
    if attempt is None:
        return None
    pooling.let_go()
    with claims.postponed_on_crash(attempt.message):
        finding = send(attempt.message)
    record(attempt, finding=finding)
    return finding.outcome


def begin(message_id: int) -> models.Attempt | None:
    """Claim the message and put the attempt on record, in one transaction."""
    with transaction.atomic(durable=True):
        message = claims.claim(models.Message, message_id, lease=LEASE)
        if message is None:
            return None
        if message.provider_message_id:
            settle_accepted(message)
            return None
        if message.attempts > 1:
            note_interrupted(message)
        if reason := hopeless(message):
            bury(message, code=reason)
            return None
        key = compiled.once("an attempt", beginning).run(message=message.pk, number=message.attempts)
        return models.Attempt(pk=key, message=message, number=message.attempts)


def beginning() -> compiled.Insert:
    """What puts an attempt on record."""
    return compiled.Insert(models.Attempt(message_id=Slot("message"), number=Slot("number")))


def settle_accepted(message: models.Message) -> None:
    """Finish what a worker left that died after the provider's answer: it isn't sent again."""
    settle(message, finding=Finding(models.Outcome.ACCEPTED, provider_message_id=message.provider_message_id))
    unfinished = message.history.filter(outcome=models.Outcome.UNDERWAY)
    unfinished.update(outcome=models.Outcome.ACCEPTED, finished_at=Now())


def note_interrupted(message: models.Message) -> None:
    """An attempt that nobody finished may have reached the provider: the next one may be a second copy."""
    unfinished = message.history.filter(outcome=models.Outcome.UNDERWAY)
    if unfinished.update(outcome=models.Outcome.UNKNOWN, finished_at=Now()):
        models.Message.objects.filter(pk=message.pk).update(possible_double=True)
        message.possible_double = True  # in memory too: an SMS backend looks before it sends again
        log.warning("message_attempt_interrupted", message=message.pk)


def hopeless(message: models.Message) -> str:
    """Why no further attempt makes sense, or nothing."""
    if message.useful_until and message.useful_until <= timezone.now():
        return "too_late"
    if message.attempts > MOST_ATTEMPTS:
        return message.last_error or "interrupted"
    return ""


def send(message: models.Message) -> Finding:
    """Call the provider, outside any transaction, and translate its answer."""
    try:
        provider_message_id = SENDERS[models.Channel(message.channel)](message)
    except failures.TryLater as failure:
        return Finding(models.Outcome.TRY_LATER, failure.code, accepted_maybe=failure.accepted_maybe)
    except failures.GiveUp as failure:
        return Finding(models.Outcome.GAVE_UP, failure.code)
    return Finding(models.Outcome.ACCEPTED, provider_message_id=provider_message_id)


def record(attempt: models.Attempt, *, finding: Finding) -> None:
    """Write down attempt and message together; a lost lease leaves the message to whoever holds or settled it."""
    message = attempt.message
    note_provider_id(message, finding.provider_message_id)
    with transaction.atomic(durable=True):
        # The message before its attempts, as everybody locks them: in two orders they would wait for each other.
        mine = settle(message, finding=finding)
        compiled.once("an attempt's end", ending).run(pk=attempt.pk, outcome=finding.outcome, code=finding.code)
    log.info(
        "message_attempted", message=message.pk, outcome=finding.outcome.value, code=finding.code, lease_lost=not mine
    )


def note_provider_id(message: models.Message, provider_message_id: str) -> None:
    """The provider's id comes first and alone: reports find the message by it, and no crash sends it again.

    One statement, and nothing around it: it is committed when it has run.
    """
    if provider_message_id:
        message.provider_message_id = provider_message_id[:255]
        compiled.once("a provider's id", naming).run(pk=message.pk, provider_id=message.provider_message_id)


def ending() -> compiled.Update[models.Attempt]:
    """What writes down how an attempt ended, unless somebody has."""
    unfinished = models.Attempt.objects.filter(pk=Slot("pk"), outcome=models.Outcome.UNDERWAY)
    changes = {"outcome": Slot("outcome"), "code": Slot("code"), "finished_at": Now()}
    return compiled.Update(unfinished, changes, only_key=True)


def naming() -> compiled.Update[models.Message]:
    """What writes down the provider's id of a message that has none."""
    unknown = models.Message.objects.filter(pk=Slot("pk"), provider_message_id="")
    return compiled.Update(unknown, {"provider_message_id": Slot("provider_id")}, only_key=True)


def settle(message: models.Message, *, finding: Finding) -> bool:
    """Move the message to where the finding leads; False when its lease was lost."""
    if finding.outcome == models.Outcome.ACCEPTED:
        mine = claims.settle(message, state=models.State.SENT, sent_at=Now())
        tracking.catch_up(message)
        return mine
    doubt: dict[str, Any] = (
        {"possible_double": True} if finding.accepted_maybe else {}
    )  # once in doubt, in doubt for good
    if finding.outcome == models.Outcome.TRY_LATER and message.attempts < MOST_ATTEMPTS:
        return claims.postpone(message, error=finding.code, **doubt)
    return bury(message, code=finding.code, **doubt)


def bury(message: models.Message, *, code: str, **changes: Any) -> bool:
    """No further attempt: the message waits in `selectors.needing_a_person`."""
    log.warning("message_dead", message=message.pk, code=code, hint="see it in the admin under dead messages")
    return claims.settle(message, state=models.State.FAILED, last_error=code[:100], **changes)
