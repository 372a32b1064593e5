"""Erases one person: what the law lets go goes at once, what it keeps is named. The caller's transaction holds it all.

Nothing may be under way: a receipt that is being issued would bring back what is forgotten here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from notifications import forgetting as messages
from notifications import outbox
from notifications.models import State
from payments_service.payments import forgetting as payments
from payments_service.payments.models import Payment
from payments_service.privacy.people import Person
from payments_service.receipting import forgetting as notes
from payments_service.replaying import forgetting as reasons
from payments_service.webhooks import forgetting as events
from payments_service.webhooks import ignoring
from payments_service.webhooks.models import StripeEvent
from privacy.service import Busy, Erased, Kept
from receipts import purging

TAX_LAW = "tax law: it is a document of the clinic's books"


def erase(person: Person, *, at: datetime) -> Erased:
    """Forget all of the person but their documents. Raises Busy."""
    ignoring.sweep(now=at)  # what means nothing to us is no work that anybody would have to wait for
    person = locked(person)
    check_rest(person)
    check_paid(person, now=at)
    withdrawn = withdraw(person)
    mine = [each.pk for each in person.payments]
    counts = {
        "letters withdrawn": withdrawn,
        "Stripe events": events.forget(told_of(person)),
        "letters": messages.forget(person.messages.values_list("pk", flat=True)),
        "payments": payments.forget(Payment.objects.filter(pk__in=mine, forgotten_at=None)),
        "checkouts": payments.forget_checkouts(each.pk for each in person.checkouts if not each.forgotten_at),
        "notes": notes.forget(person.numbers),
        "reasons": reasons.forget(person.numbers),
    }
    return Erased({name: count for name, count in counts.items() if count}, tuple(kept(person)))


def locked(person: Person) -> Person:
    """The person as they are once all their payments are ours; one that came in meanwhile is taken too."""
    ours: set[int] = set()
    while wanted := {each.pk for each in person.payments} - ours:  # first the locks, then the look
        list(Payment.objects.filter(pk__in=wanted).select_for_update().order_by("pk").values_list("pk"))
        ours |= wanted
        person = person.again()
    return person


def told_of(person: Person) -> list[StripeEvent]:
    """What Stripe said of the person and is done with; not what it said of somebody else at the same address."""
    theirs = events.over(events.mentioning(person.ids))
    at_address = events.over(events.mentioning(person.addresses)).exclude(pk__in=theirs.values("pk"))
    return [*theirs, *(each for each in at_address if not events.is_about_remembered(each))]


def check_rest(person: Person) -> None:
    """Raise Busy while a row of the person's wants work."""
    unread = events.not_over(events.mentioning(person.ids)).values_list("stripe_id", flat=True)
    rows = [*person.payments, *person.movements, *person.documents]
    under_way = [*unread, *(str(row) for row in rows if row.due_at)]
    if under_way:
        raise Busy(f"{under_way[0]} is still worked on; try again in a minute, or see to what it waits for")


def check_paid(person: Person, *, now: datetime) -> None:
    """Raise Busy while somebody may still pay for a visit of theirs: the receipt would want to name them."""
    ours = [each.pk for each in person.checkouts]
    if waiting := payments.payable(now).filter(pk__in=ours).first():
        until = timezone.localtime(waiting.created_at + payments.PAYABLE)
        session = waiting.stripe_session_id or f"of {waiting}"
        raise Busy(
            f"{waiting} can still be paid, until {until:%Y-%m-%d %H:%M} at the latest; "
            f"wait for that, or expire the session {session} at Stripe"
        )


def withdraw(person: Person) -> int:
    """Take back what is queued to the person; how many letters. Raises Busy while one is being sent."""
    queued = person.messages.filter(state=State.QUEUED)
    withdrawn = outbox.withdraw(list(queued.values_list("pk", flat=True)))
    if queued.exists():
        raise Busy("a letter is being sent right now; try again in a minute")
    return len(withdrawn)


def kept(person: Person) -> Iterator[Kept]:
    """The documents that stay, each until the year is over in which its period ends."""
    for each in person.documents:
        if not each.purged_at:
            until = purging.over_at(each.issued_at, keep=settings.KEEP_RECEIPTS)
            yield Kept(each.number, TAX_LAW, until.date())
