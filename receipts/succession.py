"""Whether the documents of one series follow each other: numbers, links, dates. Pure.

`receipts.chain` walks the rows of a database with it, `receipts.inspecting` the files that somebody was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from receipts import kinds, sealing
from receipts.findings import ASK_WHY, RESTORE, Finding, Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One document on the way; without a seal `hash` is empty.

    `sound` says that all that can be asked of it alone is as it should be: what isn't explains by itself why its
    neighbours don't fit.
    """

    number: str
    sequence: int
    issued_at: datetime
    previous: str = ""
    hash: str = ""
    sound: bool = True


@dataclass(slots=True)
class Succession:
    """Takes the documents of a series in the order of their sequences, and remembers three of them and no more.

    `whole` says that the series is given from its beginning. Where `selected` is set, a number may be left out.
    """

    series: str
    whole: bool = True
    selected: bool = False
    before: Step | None = None
    sealed: Step | None = None
    latest: Step | None = None
    bare: int = 0
    early: int = 0
    doubtful: bool = False

    def take(self, step: Step) -> Iterator[Finding]:
        """What is wrong between this document and those before it."""
        yield from self._number(step)
        if step.hash:
            yield from self._link(step)
            yield from self._date(step)
            self.sealed, self.bare, self.doubtful = step, 0, not step.sound
            self.latest = step if step.sound else self.latest
        else:
            self.bare += 1
            self.doubtful = self.doubtful or not step.sound
        self.before = step

    def end(self, *, last: int) -> Iterator[Finding]:
        """What is wrong at the end, where the counter says that `last` was given out; and what was before seals."""
        at = self.before.sequence if self.before else 0
        if at < last:
            yield missing(self.series, at + 1, last)
        if self.sealed and self.bare and not self.doubtful:
            yield bare_at_the_end(self.sealed.number, self.bare)
        if early := self.early if self.sealed else self.bare:
            yield before_seals(self.series, early)

    def _number(self, step: Step) -> Iterator[Finding]:
        expected = self.before.sequence + 1 if self.before else 1 if self.whole else step.sequence
        if step.sequence <= expected:
            return
        if self.sealed and step.previous == self.sealed.hash:
            yield unused(self.series, expected, step.sequence - 1)
        elif not self.selected:
            yield missing(self.series, expected, step.sequence - 1)

    def _link(self, step: Step) -> Iterator[Finding]:
        """Between neighbours only: where a document is missing, that says it all."""
        first, reached = self.sealed is None, self.sealed.sequence if self.sealed else 0
        if first:
            self.early = self.bare
        expected = self.sealed.hash if self.sealed else sealing.genesis(self.series)
        if step.sequence != reached + 1 + self.bare or self.doubtful or not step.sound:
            return
        if step.previous != expected:
            yield stripped(step.number, self.bare) if self.bare else broken(step.number, self.before)
        elif self.bare and not first:
            yield bare_between(step.number, self.bare)

    def _date(self, step: Step) -> Iterator[Finding]:
        if step.sound and self.latest and step.issued_at < self.latest.issued_at:
            yield back_dated(step.number, self.latest.number)


def span(series: str, first: int, last: int) -> str:
    """ "R-2026-000003", or "R-2026-000003 to R-2026-000005"."""
    start, end = kinds.number_of(series, first), kinds.number_of(series, last)
    return start if first == last else f"{start} to {end}"


def documents(count: int) -> str:
    """ "1 document", "3 documents"."""
    return f"{count:,} document{'' if count == 1 else 's'}"


def missing(series: str, first: int, last: int) -> Finding:
    """Numbers that were given out, and whose documents aren't there."""
    count = last - first + 1
    what = f"{documents(count)} {'is' if count == 1 else 'are'} not there."
    return Finding(Kind.MISSING, span(series, first, last), what, RESTORE)


def unused(series: str, first: int, last: int) -> Finding:
    """A gap in the numbers that the chain doesn't have."""
    what = "Nothing was issued under it, as the next document shows: the counter was moved by hand."
    return Finding(Kind.UNUSED, span(series, first, last), what, ASK_WHY)


def broken(number: str, before: Step | None) -> Finding:
    """Two documents that are each sealed, and don't belong together."""
    after = f"It doesn't follow {before.number}" if before else "It isn't the first of its series"
    what = f"{after}: another document stood before it when it was issued."
    return Finding(Kind.BROKEN, number, what, RESTORE)


def stripped(number: str, count: int) -> Finding:
    """Documents whose seal was taken off, as the next one shows."""
    what = f"A seal was taken off among the {documents(count)} before it: they stood there sealed when it was issued."
    return Finding(Kind.STRIPPED, number, what, RESTORE)


def back_dated(number: str, earlier_than: str) -> Finding:
    """A document that says it is older than the one before it."""
    what = f"It is dated before {earlier_than}, which has a lower number."
    return Finding(Kind.BACK_DATED, number, what, RESTORE)


def bare_between(number: str, count: int) -> Finding:
    """Documents without a seal, and the chain shows that they never had one."""
    what = f"The {documents(count)} before it never had a seal; a worker of an earlier release issued them."
    return Finding(Kind.NOT_SEALED, number, what, "", wrong=False)


def bare_at_the_end(number: str, count: int) -> Finding:
    """Documents without a seal, of which the next sealed one will show whether they had one."""
    what = f"The {documents(count)} after it have no seal."
    todo = "Stop workers of an earlier release, if any still run; else compare with a backup and with the stored PDFs."
    return Finding(Kind.NOT_SEALED, number, what, todo)


def before_seals(series: str, count: int) -> Finding:
    """Documents from before the chain began."""
    what = f"Its first {documents(count)} were issued before there were seals; only their numbers were checked."
    return Finding(Kind.BEFORE_SEALS, series, what, "", wrong=False)
