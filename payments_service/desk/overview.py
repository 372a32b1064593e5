"""The first page of the admin: how today stands, what needs a person, thirty days drawn, the machine at a glance.

Whoever looks sees the parts whose rows they may view, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from payments_service.bookkeeping import open_work, proving, texts, words
from payments_service.bookkeeping import selectors as books
from payments_service.bookkeeping.models import DayProof
from payments_service.bookkeeping.proof import Open
from payments_service.desk import drawings, figures, month
from payments_service.desk.figures import Sums
from payments_service.payments.models import Checkout, Dispute, Movement, Payment, Refund
from payments_service.receipting.models import UndeliveredReceipt
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from servicekit.overview import health, lists
from servicekit.overview.board import Board, Chart, Entry, Figure, Group, Search, Table, Task
from servicekit.overview.lists import Reader

STAGES = {
    "Events to read": StripeEvent,
    "Receipts to issue": Payment,
    "Refunds to document": Movement,
    "PDFs to make": Receipt,
    "Emails to send": Message,
    "Days to prove": DayProof,
}
SHOWN = (Payment, Refund, Dispute, Receipt, Message, UndeliveredReceipt, StripeEvent)
"""Who may view none of these has nothing to look at."""
PEOPLE_HELP = "A number such as R-2026-000001 or a part of it, a name, an email address, an id of Stripe's, a visit."
NUMBERS_HELP = "A number such as R-2026-000001 or a part of it, or an id of Stripe's."
NAMED = 5
"""How many things of a kind are named here; the list behind has them all."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look at the overview: who, when, by which clock, and over which days."""

    reader: Reader
    now: datetime
    zone: ZoneInfo
    shown: month.Span

    @property
    def today(self) -> tuple[datetime, datetime]:
        """The day that isn't over, as two instants."""
        return self.shown.midnight, self.shown.end


def of(request: HttpRequest) -> Board | None:
    """The overview as this member of staff may see it; None where that is nothing."""
    now, zone = timezone.now(), proving.clinic()
    look = Look(request.user, now, zone, month.span(now, zone=zone))
    if not any(lists.may_see(look.reader, model) for model in SHOWN):
        return None
    paid = month.paid(look.shown, zone=zone) if lists.may_see(look.reader, Payment) else []
    sent = month.letters(look.shown, zone=zone) if lists.may_see(look.reader, Message) else []
    return Board(
        title=f"{look.shown.today:%A}, {look.shown.today.day} {look.shown.today:%B %Y}",
        search=search(look.reader),
        tasks=tuple(tasks(look)),
        groups=tuple(groups(look, paid, sent)),
        tables=tuple(by_clinic(look, paid)),
        charts=tuple(charts(look, paid, sent)),
        links=tuple(links(look.reader)),
        health=health.of(STAGES),
    )


def search(reader: Reader) -> Search | None:
    """The box, for whoever may see payments."""
    if not lists.may_see(reader, Payment):
        return None
    people = lists.may_see(reader, Checkout)
    return Search("Find a payment", PEOPLE_HELP if people else NUMBERS_HELP, reverse("admin:payments_payment_search"))


def links(reader: Reader) -> Iterator[tuple[str, str]]:
    """Pages of ours that are in none of the lists below."""
    if lists.may_see(reader, Receipt):
        yield "How documents and letters look", reverse("admin:receipts_receipt_previews")


def tasks(look: Look) -> Iterator[Task]:
    """What needs a person by now, as the daily proof counts it, of what somebody may see."""
    for found in open_work.before(look.now, now=look.now):
        if lists.is_readable(found.path, look.reader):
            yield task(found, look)


def task(found: Open, look: Look) -> Task:
    """One kind of it."""
    said = texts.task(found, now=look.now, words=words.of("en"), zone=look.zone)
    more = said.count - min(len(said.entries), NAMED)
    return Task(
        text=said.text,
        count=said.count,
        path=said.path,
        entries=tuple(Entry(each.name, each.since, each.why, each.path) for each in said.entries[:NAMED]),
        more=f"and {more} more" if more else "",
        urgent=said.urgent,
    )


def groups(look: Look, paid: list[month.Moved], sent: list[month.Letters]) -> Iterator[Group]:
    """The figures of today."""
    money = (*incoming(look, paid), *documents(look), *outgoing(look))
    if money:
        yield Group("Today", money)
    if lists.may_see(look.reader, Message):
        of_today = [each for each in sent if each.day == look.shown.today]
        written = lists.between("created_at", *look.today)
        yield Group(
            "Emails of today",
            tuple(
                Figure(name, str(count), path=lists.of(Message, look.reader, state__in=states, **written), tone=tone)
                for name, count, states, tone in figures.outcomes(of_today)
            ),
        )


def incoming(look: Look, paid: list[month.Moved]) -> Iterator[Figure]:
    """Payments, and what was paid in each currency."""
    if lists.may_see(look.reader, Payment):
        sums = Sums.of(each for each in paid if each.day == look.shown.today)
        where = lists.of(Payment, look.reader, **lists.between("paid_at", *look.today))
        yield Figure("Payments", str(sums.count), path=where)
        for label, amount, note in sums.each():
            yield Figure(f"Paid in {label}", amount, note)


def documents(look: Look) -> Iterator[Figure]:
    """Documents that were issued, with the numbers of each series."""
    if lists.may_see(look.reader, Receipt):
        issued = books.issued(*look.today)
        numbers = ", ".join(
            each.first if each.first == each.last else f"{each.first} to {each.last}" for each in issued
        )
        where = lists.of(Receipt, look.reader, **lists.between("issued_at", *look.today))
        yield Figure("Receipts and corrections issued", str(sum(each.sum.count for each in issued)), numbers, where)


def outgoing(look: Look) -> Iterator[Figure]:
    """What went back, or may have to."""
    kinds: tuple[tuple[str, type[Movement], Movement.Kind], ...] = (
        ("Refunds", Refund, Movement.Kind.REFUND),
        ("Disputes opened", Dispute, Movement.Kind.DISPUTE),
    )
    for label, model, kind in kinds:
        if lists.may_see(look.reader, model):
            sums = Sums.of(month.went_back(kind, *look.today, zone=look.zone))
            where = lists.of(model, look.reader, **lists.between("moved_at", *look.today))
            tone = "open" if sums.count and kind == Movement.Kind.DISPUTE else ""
            yield Figure(label, str(sums.count), f"{sums.said} went back" if sums.said else "", where, tone)


def by_clinic(look: Look, paid: list[month.Moved]) -> Iterator[Table]:
    """Today once more, clinic by clinic, in an installation of several."""
    if settings.CLINIC_PROFILES and lists.may_see(look.reader, Payment):
        of_today = [each for each in paid if each.day == look.shown.today]
        yield figures.clinics(of_today, reader=look.reader, today=look.today)


def charts(look: Look, paid: list[month.Moved], sent: list[month.Letters]) -> Iterator[Chart]:
    """Thirty days of what may be seen."""
    if lists.may_see(look.reader, Payment):
        yield drawings.payments(look.shown, paid)
        yield from drawings.amounts(look.shown, paid)
    if lists.may_see(look.reader, Message):
        yield drawings.letters(look.shown, sent)
