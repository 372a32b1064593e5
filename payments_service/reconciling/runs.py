"""Runs through Stripe's lists: begun, taken up where they stopped, and kept page by page with what they bring in.

What is missing goes into the inbox as if it had been delivered, with a row that tells that it wasn't, and the place of
the run, all in one transaction: a page is done or not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from payments_service.reconciling import selectors, turns, walking
from payments_service.reconciling.comparing import Missing
from payments_service.reconciling.models import Arrival, Reconciliation, Run
from payments_service.reconciling.walking import Page, Place
from payments_service.webhooks import inbox

log = structlog.get_logger(__name__)


class TurnLost(Exception):
    """Another process has taken over: this one was away for longer than its lease."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event that has come in and is to be processed now."""

    event_id: int
    stripe_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A page is kept: the share of the run that lies behind it, from 0 to 1, and what has come in."""

    share: float
    arrived: tuple[Arrived, ...]


def furthest(*, days: int, now: datetime) -> datetime:
    """How far back to look unless a person says otherwise: so many days, and never to before this installation began.

    Who was paid before the clinic had this system has another receipt, or none was wanted.
    """
    return max(now - timedelta(days=days), selectors.beginning(now=now))


def take_up(by: Run.By, *, since: datetime, until: datetime, now: datetime) -> Run:
    """The run that stopped before its end, if it covers the window from `since` on, or else a new one.

    Nothing older than `since` is looked at, also when the run had begun with more. Call it with the turn taken.
    """
    stopped = [run for run in selectors.open_runs(by) if run.since <= since < run.until]
    run = stopped[0] if stopped else begun(by, since=since, until=until, now=now)
    run.since = since
    run.save(update_fields=["since"])
    others = Run.objects.filter(by=by, state=Run.State.OPEN).exclude(pk=run.pk)
    others.update(state=Run.State.LEFT, finished_at=now)
    return run


def begun(by: Run.By, *, since: datetime, until: datetime, now: datetime) -> Run:
    """A new run."""
    return Run.objects.create(by=by, since=since, until=until, accounts=selectors.accounts(), started_at=now)


def note_beginning(*, now: datetime) -> None:
    """Let this installation begin now, unless it has: later runs go back to this one, done and of an empty window."""
    if selectors.beginning(now=now) == now:
        done = Run.State.DONE
        Run.objects.create(by=Run.By.BEAT, state=done, since=now, until=now, started_at=now, finished_at=now)


def rest_after(run: Run, *, now: datetime) -> timedelta:
    """How long Beat may wait after a run that is done: none where it has its own to finish, or would look further."""
    looked = run.since <= furthest(days=settings.RECONCILE_DAYS, now=now)
    return timedelta(seconds=settings.RECONCILE_SECONDS if looked and not selectors.open_runs(Run.By.BEAT) else 0)


def walk(run: Run, turn: Reconciliation, *, now: datetime) -> Iterator[Progress]:
    """Take the run to its end, page by page; whoever stops reading leaves it where it is.

    Raises TryLater or GiveUp where Stripe gives no answer, TurnLost when another process is at it.
    """
    steps = walking.steps(since=run.since, until=run.until, accounts=run.accounts)
    for page in walking.pages(steps, Place(run.account, run.listing, run.after), now=now):
        yield Progress(page.share, keep(run, turn, page, now=now))
    run.state, run.finished_at = Run.State.DONE, now
    run.save(update_fields=["state", "finished_at"])
    log.info("reconciled", run=run.pk, by=run.by, **counts(run))


def keep(run: Run, turn: Reconciliation, page: Page, *, now: datetime) -> tuple[Arrived, ...]:
    """Write a page down; the events that have come in."""
    with transaction.atomic():
        brought = [bring_in(run, each, now=now) for each in page.compared.missing]
        arrived = tuple(each for each in brought if each is not None)
        advance(run, page, brought_in=len(arrived))
        if not turns.keep(turn):
            raise TurnLost
    return arrived


def bring_in(run: Run, missing: Missing, *, now: datetime) -> Arrived | None:
    """Put an event into the inbox; None when it has been delivered a moment ago."""
    stripe_id, kind = missing.event.stripe_id, missing.event.type
    event_id = inbox.record(missing.event, received_at=now)
    if event_id is None:
        return None
    Arrival.objects.create(event_id=event_id, run=run, how=missing.how)
    log.info("event_brought_in", stripe_event=stripe_id, type=kind, how=missing.how.value)
    return Arrived(event_id, stripe_id)


def advance(run: Run, page: Page, *, brought_in: int) -> None:
    """Put the run behind a page."""
    compared = page.compared
    run.looked_at += compared.looked_at
    run.known += compared.known + len(compared.missing) - brought_in
    run.failed_before += compared.failed_before
    run.brought_in += brought_in
    if page.refused and page.place.account not in run.refused:
        run.refused = [*run.refused, page.place.account]
    for field, value in asdict(page.place).items():
        setattr(run, field, value)
    run.save()


def counts(run: Run) -> dict[str, int]:
    """What became of everything that a run has looked at."""
    names = ("looked_at", "known", "brought_in", "failed_before")
    return {name: getattr(run, name) for name in names}
