"""What a check says to people and to programs. Between `receipts.chain`, `receipts.inspecting` and their doors."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from receipts import money
from receipts.findings import Finding

if TYPE_CHECKING:  # what inspects files reads PDFs and knows fonts; who checks rows needs neither
    from receipts.inspecting import Known


@dataclass(slots=True)
class Report:
    """`documents` were looked at; `heads` are the newest hashes by number, `read` is what genuine data says."""

    documents: int = 0
    findings: list[Finding] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    read: list[dict[str, Any]] = field(default_factory=list)

    @property
    def wrong(self) -> list[Finding]:
        """What needs a person."""
        return [finding for finding in self.findings if finding.wrong]


def said(report: Report, *, for_programs: bool) -> Iterator[str]:
    """What a door prints."""
    yield from [as_json(report)] if for_programs else lines(report)


def as_json(report: Report) -> str:
    """For programs: `ok`, and every finding with its `kind`."""
    body = {"ok": not report.wrong, **dataclasses.asdict(report)}
    return json.dumps(body, default=str, indent=2, ensure_ascii=False)


def lines(report: Report) -> Iterator[str]:
    """For people: what was read, a line for each finding, the heads to note, and what it comes to."""
    for each in report.read:
        amount = money.format_amount(int(each["amount"]), currency=each["currency"], locale="en")
        yield visible(f"{each['file']}: {each['number']}, issued {each['issued_at']}, {amount}.")
    for finding in report.findings:
        yield visible(str(finding))
    for number, hash_ in report.heads.items():
        yield f"Newest: {number}:{hash_}"
    yield summary(report)


def visible(line: str) -> str:
    """The line with what a terminal would obey written out: a file that somebody made up words no line of its own."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)


def summary(report: Report) -> str:
    """One line about all of it."""
    looked = f"{report.documents:,} document{'' if report.documents == 1 else 's'} checked"
    if report.wrong:
        return f"{looked}, {len(report.wrong):,} thing{'' if len(report.wrong) == 1 else 's'} wrong."
    seen = ": the sealed data is genuine; compare it with what you see" if report.read else ""
    return f"{looked}, nothing wrong{seen}."


def told(name: str, known: Known) -> dict[str, Any]:
    """What a file says of itself, to be compared with what a person has in hand."""
    at = known.step.issued_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return {
        "file": name,
        "number": known.step.number,
        "issued_at": at,
        "amount": known.amount,
        "currency": known.currency,
        "hash": known.step.hash,
    }
