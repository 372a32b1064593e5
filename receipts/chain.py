"""The chain of sealed documents in the database: whether each row is what was sealed, and follows the one before it.

Reads in pages, so memory doesn't grow with the number of documents. Rows only ever come at a series' end, and a counter
is read before its rows, so a check beside running workers finds nothing that isn't so. `receipts.stored` looks at the
PDFs, `receipts.inspecting` at files that somebody was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from receipts import judging, keys, kinds, purge_claims, sealing, seals, stored, suspects
from receipts.findings import ASK_WHY, RESTORE, Finding, Kind
from receipts.models import Purged, Receipt, Series
from receipts.reporting import Report
from receipts.sealing import Sealed
from receipts.signing import Ring
from receipts.succession import Step, Succession

PAGE = 500
SHORTEST = 16
"""So many digits of a hash are enough to know it again."""


@dataclass(frozen=True, slots=True)
class Walked:
    """So many documents were looked at, and this was found."""

    documents: int
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest sealed document of a series: whoever notes it elsewhere can tell later whether it is still there."""

    number: str
    hash: str


def check(series: str | None = None) -> list[Finding]:
    """What the rows of a series say, or of all series. What is `wrong` needs a person; the rest is for the record."""
    ring = keys.ring()
    return [finding for name in names(series) for walked in walk(name, ring=ring) for finding in walked.findings]


def names(series: str | None = None) -> list[str]:
    """The names of all series, by their counters and by their documents; or only the one that is named."""
    if series:
        return [series]
    named = Receipt.objects.order_by().values_list("series", flat=True).distinct()
    return sorted({*Series.objects.values_list("name", flat=True), *named})


def walk(series: str, *, ring: Ring, with_files: bool = False) -> Iterator[Walked]:
    """Check one series, page by page, for whoever shows how far it is; with the PDFs it takes much longer."""
    counter = Series.objects.filter(name=series).first()
    walker = _Walker(Succession(series), suspects.Suspects(), ring, with_files=with_files)
    for page in _pages(series):
        yield Walked(len(page), [finding for row in page for finding in walker.take(row)])
    reached = walker.succession.before.sequence if walker.succession.before else 0
    at_the_end = walker.succession.end(last=counter.last if counter else 0)
    yield Walked(0, [*walker.suspects.explained(), *at_the_end, *_counter(series, reached=reached)])


def count(series: str | None = None) -> int:
    """How many documents there are to check."""
    rows = Receipt.objects.filter(series=series) if series else Receipt.objects.all()
    return rows.count()


def report(
    series: Sequence[str], *, ring: Ring, with_files: bool, noted: Sequence[Head], advance: Callable[[int], None]
) -> Report:
    """Check these series, and whether what was `noted` is still there; `advance` hears how many documents are done."""
    made = Report(findings=[finding for head in noted for finding in still_there(head)])
    for name in series:
        for walked in walk(name, ring=ring, with_files=with_files):
            made.documents += walked.documents
            made.findings.extend(walked.findings)
            advance(walked.documents)
        if head := head_of(name):
            made.heads[head.number] = head.hash
    return made


def head_of(series: str) -> Head | None:
    """The newest sealed document of a series."""
    sealed = Receipt.objects.filter(series=series).exclude(hash="").order_by("-sequence")
    found = sealed.values_list("number", "hash").first()
    return Head(*found) if found else None


def still_there(head: Head) -> list[Finding]:
    """Whether a head that was noted elsewhere is in the chain; its hash may be the start of one."""
    row = Receipt.objects.filter(number=head.number).first()
    if row and row.hash and row.hash.startswith(head.hash.lower()):
        return []
    what = "It was noted with another hash: it has been replaced since." if row else "It was noted, and is not there."
    return [Finding(Kind.HEAD, head.number, what, RESTORE)]


@dataclass(slots=True)
class _Walker:
    """What is remembered between the rows of a series."""

    succession: Succession
    suspects: suspects.Suspects
    ring: Ring
    with_files: bool

    def take(self, row: Receipt) -> Iterator[Finding]:
        """A row that isn't what was sealed is kept, to be explained when all others are known."""
        sealed = seals.of(row)
        if row.purged_at:
            yield from self._purged(row, sealed)
            return
        whole = sealed is None or sealed.is_whole
        alone = list(_alone(row, sealed, ring=self.ring) if whole else self.suspects.add(row, self.succession.latest))
        yield from alone
        yield from self.succession.take(_step(row, sound=whole and not alone))
        if self.with_files:
            yield from stored.examine(row, sealed if whole else None)

    def _purged(self, row: Receipt, sealed: Sealed | None) -> Iterator[Finding]:
        """A row whose person was forgotten: its content can't be checked, its purge can, and all that is left."""
        said = list(_of_purge(row, sealed, ring=self.ring))
        yield from said
        yield from self.succession.take(_step(row, sound=not any(each.wrong for each in said)))


def _of_purge(row: Receipt, sealed: Sealed | None, *, ring: Ring) -> Iterator[Finding]:
    record: Purged | None = getattr(row, "purge", None)
    if record is None:
        yield purge_claims.unsigned(row.number)
        return
    now = sealing.hash_of(seals.document_of(row))
    yield from purge_claims.judge(
        sealed,
        number=row.number,
        at=record.at,
        left=record.left,
        now=now,
        key_id=record.key_id,
        signature=record.signature,
        ring=ring,
    )


def _alone(row: Receipt, sealed: Sealed | None, *, ring: Ring) -> Iterator[Finding]:
    """What a row shows by itself."""
    if sealed:
        yield from judging.signature(sealed, ring=ring, where=row.number)
    elif isinstance(row.snapshot, dict) and row.snapshot.get("template_version") in kinds.STAMPED:
        yield Finding(Kind.STRIPPED, row.number, "It was printed with a seal, and has none any more.", RESTORE)


def _step(row: Receipt, *, sound: bool) -> Step:
    return Step(row.number, row.sequence, row.issued_at, previous=row.previous_hash, hash=row.hash, sound=sound)


def _pages(series: str) -> Iterator[list[Receipt]]:
    after = 0
    rows = Receipt.objects.filter(series=series).select_related("purge").order_by("sequence")
    while page := list(rows.filter(sequence__gt=after)[:PAGE]):
        yield page
        after = page[-1].sequence


def _counter(series: str, *, reached: int) -> Iterator[Finding]:
    last = Series.objects.filter(name=series).values_list("last", flat=True).first()
    if reached and (last is None or last < reached):
        stands = "is gone" if last is None else f"stands at {last}"
        what = f"Its counter {stands}, and {kinds.number_of(series, reached)} was issued: the next one is refused."
        yield Finding(Kind.COUNTER, series, what, f"Set it to {reached} when you know why. {ASK_WHY}")
