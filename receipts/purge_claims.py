"""The text that a purge is signed with, and what `verify` makes of it. Beside `receipts.sealing`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from receipts import judging, sealing
from receipts.findings import RESTORE, Finding, Kind
from receipts.sealing import Sealed
from receipts.signing import Ring

MARK = "CR1-PURGED"
"""Opens the text, so that a signature over a document can't be taken for one over its purge."""


def of(number: str, *, hash_: str, left: str, at: datetime) -> str:
    """For example "CR1-PURGED R-2026-000123 2037-01-01T03:00:00.000000Z <hash as sealed> <hash of what is left>"."""
    return f"{MARK} {number} {sealing.instant(at)} {hash_ or '-'} {left}"


def judge(
    sealed: Sealed | None, *, number: str, at: datetime, left: str, now: str, key_id: str, signature: str, ring: Ring
) -> Iterator[Finding]:
    """What is to be said of a purged document.

    `left` is the hash of what the purge left, `now` that of what is there. The document's own signature covers number,
    instant, amount, currency and hash, which are all still there, so it is checked as ever.
    """
    claim = of(number, hash_=sealed.hash if sealed else "", left=left, at=at)
    wrong = list(judging.claim(claim, key_id=key_id, made=signature, ring=ring, where=number))
    if left != now:
        wrong.append(Finding(Kind.CHANGED, number, "What the purge left of it was changed afterwards.", RESTORE))
    if sealed and not wrong:
        wrong = list(judging.signature(sealed, ring=ring, where=number))
    yield from wrong or [purged(number, at=at)]


def purged(number: str, *, at: datetime) -> Finding:
    """A document whose person was forgotten in time, which is as it should be."""
    what = f"Its content was purged on {at:%Y-%m-%d}, which was signed; number, amount, date and hash are as sealed."
    return Finding(Kind.PURGED, number, what, "", wrong=False)


def unsigned(number: str) -> Finding:
    """A row that says it was purged, and nothing proves it."""
    return Finding(Kind.CHANGED, number, "It says that it was purged, and there is no record of that.", RESTORE)
