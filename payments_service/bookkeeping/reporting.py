"""The proof of each day, kept: every morning the day before, and what couldn't be proven once more; told once.

`due_at` of a day's row says when it wants to be proven. A day that differs, that Stripe wasn't asked about, or of which
something is still under way at Stripe is proven again a day later, for a month.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Now

from notifications import outbox
from payments_service.bookkeeping import comparing, days, letters, proving, stripe_side
from payments_service.bookkeeping.models import DayProof
from payments_service.bookkeeping.proof import Chain, Comparison, Evidence, Proof
from servicekit import claims
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
MONTH = 31
PATIENCE_ATTEMPTS = 6
"""So often is Stripe asked in a morning, in about five minutes, before the day is reported without its word."""
NOT_YET = Comparison(why_not="not_yet")


def open_days(*, now: datetime) -> None:
    """Make the day before this morning due, and those before it that were left out because nobody was running.

    An installation's first day is the one before its first morning. Any number of callers do what one does.
    """
    newest = days.newest_to_prove(now, zone=proving.clinic())
    reported = DayProof.objects.filter(reported_at__isnull=False, day__lte=newest).first()
    since = max(reported.day + days.DAY, newest - (MONTH - 1) * days.DAY) if reported else newest
    wanted = [since + n * days.DAY for n in range((newest - since).days + 1)]
    DayProof.objects.bulk_create([DayProof(day=each, due_at=Now()) for each in wanted], ignore_conflicts=True)
    claims.wake(DayProof.objects.filter(day__in=wanted, reported_at=None, due_at=None))


def again(day: date) -> int:
    """Make one day due, whichever; the id of its row."""
    DayProof.objects.bulk_create([DayProof(day=day)], ignore_conflicts=True)
    claims.wake(DayProof.objects.filter(day=day))
    return DayProof.objects.values_list("pk", flat=True).get(day=day)


def prove(proof_id: int, *, now: datetime) -> int | None:
    """Prove a day that is due and keep what came of it; the id of the report's message, the first time.

    Stripe is asked outside any transaction; while it doesn't answer, the day waits a few minutes.
    """
    row = claims.claim(DayProof, proof_id, lease=LEASE)
    if row is None:
        return None
    with claims.postponed_on_crash(row):
        try:
            comparison = proving.ask_stripe(row.day, now=now)
        except TryLater as failure:
            if row.attempts % PATIENCE_ATTEMPTS:
                claims.postpone(row, error=failure.code)
                log.info("proof_waits_for_stripe", day=row.day.isoformat(), code=failure.code)
                return None
            comparison = Comparison(why_not=failure.code)
        except GiveUp as failure:
            comparison = Comparison(why_not=failure.code)
        evidence = proving.evidence(row.day, comparison=comparison)
        return keep(row, proving.of_day(row.day, now=now, evidence=evidence), now=now)


def keep(row: DayProof, proof: Proof, *, now: datetime) -> int | None:
    """Write down what came of a claimed day, and queue its report in the same transaction."""
    wants_report = row.reported_at is None and row.day <= days.newest_to_prove(now, zone=proving.clinic())
    changes: dict[str, Any] = {"reported_at": now} if wants_report else {}
    with transaction.atomic():
        if wants_report and settings.CLINIC_REPORT_TO:
            changes["message"] = outbox.enqueue(letters.report_of(proof, to=settings.CLINIC_REPORT_TO))
        kept = claims.settle(row, due_at=next_time(proof, now=now), **summary(proof), **changes)
        if not kept:
            transaction.set_rollback(True)
            return None
    log.info("day_proven", day=row.day.isoformat(), outcome=proof.outcome.value, findings=proof.findings)
    return changes.get("message")


def summary(proof: Proof) -> dict[str, Any]:
    """What a day's row keeps of its proof."""
    return {
        "outcome": proof.outcome.value,
        "findings": proof.findings,
        "to_do": sum(each.count for each in proof.to_do),
        "comparison": json.loads(json.dumps(dataclasses.asdict(proof.comparison), cls=DjangoJSONEncoder)),
        "chain": dataclasses.asdict(proof.chain),
        "proved_at": proof.made_at,
    }


def next_time(proof: Proof, *, now: datetime) -> Any:
    """When to prove the day again; never when all is well as far as it can be known, or after a month."""
    stripe = proof.comparison
    settled = not proof.findings and not stripe.under_way and stripe.why_not in ("", stripe_side.NO_KEY)
    old = proof.day <= now.date() - MONTH * days.DAY
    return None if settled or old else claims.after(days.DAY)


def kept_of(day: date) -> DayProof | None:
    """What is kept of a day."""
    return DayProof.objects.filter(day=day).first()


def evidence_of(row: DayProof | None) -> Evidence:
    """What Stripe and the chain said when the day was last proven."""
    if row is None or not row.proved_at:
        return Evidence(NOT_YET)
    chain = Chain(**row.chain | {"named": tuple(row.chain["named"])})
    return Evidence(comparing.from_json(row.comparison), chain)


def due(*, limit: int, overdue: timedelta) -> list[int]:
    """Ids of days that should have been proven that long ago."""
    return claims.due(DayProof.objects.all(), limit=limit, overdue=overdue)
