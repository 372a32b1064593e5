"""Which documents didn't reach their patients, and why: what the front desk has to see to. Beside `selectors`.

Only the newest email of a document counts: one that is under way, or arrived, settles what became of the others. What
somebody has handed over in another way is settled too, until another email of it fails. Who was forgotten isn't
written to, and nobody has to see to that; only what somebody sent them all the same, and didn't arrive, stands here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from notifications import selectors as messages
from notifications.models import Attempt, Message, State, TrackingEvent
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import selectors
from payments_service.receipting.models import HandedOver, UndeliveredReceipt

NO_ADDRESS, BOUNCED, FAILED, COMPLAINED = "no_address", "bounced", "failed", selectors.COMPLAINED
"""Why a document stands here. What its patient complained about has arrived, and needs a person all the same."""

WHYS = (NO_ADDRESS, BOUNCED, FAILED, COMPLAINED)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SENT_AGAIN = "Sent again."
"""What the admin's record says of a document that somebody sent again from this list."""


def waiting(*, issued_since: datetime | None = None) -> QuerySet[UndeliveredReceipt]:
    """What somebody has to see to, the latest first, each with `why` and what else a list shows of it.

    `letter_to` is where its newest email went, or where its payment says; `letter_code` why it didn't arrive, from a
    closed set; `maybe_arrived` whether an answer of the provider's was lost; `erased` whether its payment has forgotten
    whose it was; `since` when it was known. Of all documents, or those that were issued since then: who asks every day
    doesn't go through years.
    """
    found = described(candidates(issued_since)).exclude(why="")
    return found.filter(~Exists(settled()), ~Exists(not_written_since())).order_by("-since", "-pk")


def candidates(issued_since: datetime | None = None) -> QuerySet[UndeliveredReceipt]:
    """Documents that have no email, or one that failed or was complained about, be it the newest or not.

    Each of the three is asked once for all documents, by an index of its own.
    """
    rendered = UndeliveredReceipt.objects.exclude(pdf_key="")
    rendered = rendered.filter(issued_at__gte=issued_since) if issued_since else rendered
    silent = rendered.filter(~Exists(Message.objects.filter(about=OuterRef("number"))))
    failed = messages.needing_a_person().order_by().exclude(about="")
    complained = messages.complaints().order_by()
    return rendered.filter(
        Q(pk__in=silent.values("pk"))
        | Q(number__in=failed.values("about"))
        | Q(number__in=complained.values("message__about"))
    )


def described(documents: QuerySet[Any]) -> QuerySet[Any]:
    """The documents with what is known of their newest emails, and why they stand here, if they do."""
    newest = Message.objects.filter(about=OuterRef("number")).order_by("-pk")
    reports = TrackingEvent.objects.filter(message=OuterRef("letter"), kind__in=(BOUNCED, COMPLAINED)).order_by("-pk")
    attempts = Attempt.objects.filter(message=OuterRef("letter")).order_by("-number")
    known: QuerySet[Any] = documents.annotate(
        letter=Coalesce(Subquery(newest.values("pk")[:1]), 0, output_field=BigIntegerField()),
        letter_state=Subquery(newest.values("state")[:1]),
        letter_code=Coalesce(Subquery(newest.values("last_error")[:1]), Value("")),
        letter_to=Coalesce(Subquery(newest.values("to")[:1]), paid_from(), Value("")),
        written_at=Coalesce(Subquery(newest.filter(to__gt="").values("created_at")[:1]), Value(LONG_AGO)),
        erased=Exists(forgotten()),
        maybe_arrived=Coalesce(Subquery(newest.values("possible_double")[:1]), False),
        complained=Exists(messages.complaints().filter(message=OuterRef("letter"))),
        since=Coalesce(
            Subquery(reports.values("received_at")[:1]),
            Subquery(attempts.values("finished_at")[:1]),
            Subquery(newest.values("created_at")[:1]),
            F("rendered_at"),
        ),
    ).annotate(why=WHY)
    return known


def paid_from() -> Coalesce:
    """The address of the payment that a document is about, a receipt or what corrects one."""
    payments = Payment.objects.filter(stripe_id=OuterRef("reference")).values("email")[:1]
    movements = Movement.objects.filter(stripe_id=OuterRef("reference")).values("payment__email")[:1]
    return Coalesce(Subquery(payments), Subquery(movements))


def settled() -> QuerySet[HandedOver]:
    """That a document was handed over after its newest email, in a query over `described` documents."""
    return HandedOver.objects.filter(receipt=OuterRef("pk"), after_message__gte=OuterRef("letter"))


def forgotten() -> QuerySet[Payment]:
    """That the payment of a document has forgotten whose it was, in a query over documents."""
    mine = Q(stripe_id=OuterRef("reference")) | Q(movements__stripe_id=OuterRef("reference"))
    return Payment.objects.filter(mine, forgotten_at__isnull=False)


def not_written_since() -> QuerySet[Payment]:
    """That it has, and that nobody was written to afterwards, in a query over `described` documents."""
    return forgotten().filter(forgotten_at__gte=OuterRef("written_at"))


WHY = Case(
    When(letter=0, then=Value(NO_ADDRESS)),
    When(letter_state=State.BOUNCED, then=Value(BOUNCED)),
    When(letter_state=State.FAILED, then=Value(FAILED)),
    When(letter_state__in=selectors.ARRIVED, complained=True, then=Value(COMPLAINED)),
    default=Value(""),
    output_field=CharField(),
)
