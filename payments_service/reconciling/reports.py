"""What a person is told about a comparison with Stripe: a sentence, a table of what would come in, or JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from payments_service.reconciling.comparing import Missing
from payments_service.reconciling.models import Run
from payments_service.reconciling.walking import Page
from receipts import money

WIDTH = 200


@dataclass(frozen=True, slots=True)
class Report:
    """How many objects of Stripe's were looked at, and what became of them.

    `refused` are connected accounts that the key may not look into; `stopped_by` is a failure's code, or empty.
    """

    since: datetime
    until: datetime
    looked_at: int = 0
    known: int = 0
    brought_in: int = 0
    failed_before: int = 0
    refused: tuple[str, ...] = ()
    stopped_by: str = ""
    missing: tuple[Missing, ...] = ()


def of_runs(runs: Sequence[Run], *, stopped_by: str = "") -> Report:
    """What one run and the ones that continued it have done, from the first page on."""
    return Report(
        since=runs[0].since,
        until=runs[-1].until,
        looked_at=sum(run.looked_at for run in runs),
        known=sum(run.known for run in runs),
        brought_in=sum(run.brought_in for run in runs),
        failed_before=sum(run.failed_before for run in runs),
        refused=tuple(sorted({account for run in runs for account in run.refused})),
        stopped_by=stopped_by,
    )


def of_pages(seen: Sequence[Page], *, since: datetime, until: datetime, stopped_by: str = "") -> Report:
    """What would come in."""
    return Report(
        since=since,
        until=until,
        looked_at=sum(page.compared.looked_at for page in seen),
        known=sum(page.compared.known for page in seen),
        failed_before=sum(page.compared.failed_before for page in seen),
        refused=tuple(page.place.account for page in seen if page.refused),
        stopped_by=stopped_by,
        missing=tuple(missing for page in seen for missing in page.compared.missing),
    )


def sentence(report: Report, *, clinic: ZoneInfo, dry_run: bool) -> str:
    """The counts in words."""
    window = f"{report.since.astimezone(clinic):%Y-%m-%d %H:%M} to {report.until.astimezone(clinic):%Y-%m-%d %H:%M}"
    fate = f"{len(report.missing)} would come in" if dry_run else f"{report.brought_in} brought in"
    failed = f" {report.failed_before} came in earlier and failed: python -m payments_service replay --failed."
    counts = f"looked at {report.looked_at:,}: {report.known:,} known, {fate}."
    return f"Stripe from {window}: {counts}{failed if report.failed_before else ''}"


def table(missing: Sequence[Missing], *, clinic: ZoneInfo) -> str:
    """A line for each event that would come in, the newest first."""
    lines = Table("type", "id", "made by Stripe at", "amount", "missed because", box=None)
    for each in missing:
        made = datetime.fromtimestamp(each.made_at, UTC).astimezone(clinic)
        lines.add_row(each.event.type, each.event.stripe_id, f"{made:%Y-%m-%d %H:%M}", amount(each), each.how.label)
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False)
    with console.capture() as printed:
        console.print(lines)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


def amount(missing: Missing) -> str:
    """What the event is about, such as €120.00; empty when that isn't money."""
    return money.format_amount(missing.amount, currency=missing.currency, locale="en") if missing.currency else ""


def as_json(report: Report) -> str:
    """The same for machines; instants as ISO 8601, amounts in the currency's minor unit."""
    whole = asdict(report) | {"since": report.since.isoformat(), "until": report.until.isoformat()}
    whole["missing"] = [
        {
            "id": each.event.stripe_id,
            "type": each.event.type,
            "created": datetime.fromtimestamp(each.made_at, UTC).isoformat(),
            "amount": each.amount,
            "currency": each.currency,
            "how": each.how.value,
        }
        for each in report.missing
    ]
    return json.dumps(whole, indent=2)
