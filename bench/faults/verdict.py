"""Whether every promise was kept, each a line: what was expected, what was found. Pure; `findings` asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from bench.faults.findings import Findings, Record, TextRecord
from bench.faults.promises import Line
from bench.faults.texts import Text

MOST_SECONDS = 120.0
"""From the last fault until nothing is left to do."""

ALLOWED = f"within {MOST_SECONDS:.0f} s"


def judge(
    found: Findings,
    *,
    events: Collection[str],
    payments: Mapping[str, str],
    visits: Mapping[str, str],
    phones: Mapping[str, str],
    rest: float | None,
) -> Iterator[Line]:
    """Each promise. `payments`, `visits` and `phones` are addresses by name.

    `rest` is the seconds that it took, None for never.
    """
    yield of_rest(rest)
    yield Line("events kept, each once", str(len(events)), once(found.events, wanted=events))
    yield from of_receipts(found, payments=payments)
    yield from of_letters("patient has the receipt", found, found.letters, people=set(payments.values()))
    yield of_files(found, payments=payments)
    for channel in ("email", "sms"):
        queued = [visit for visit, by, state in found.reminders if (by, state) == (channel, "queued")]
        yield Line(f"visits with one reminder by {channel}", str(len(visits)), once(queued, wanted=visits))
    yield from of_letters("patient has the reminder", found, found.reminder_letters, people=set(visits.values()))
    known = {*payments.values(), *visits.values()}
    yield Line("letters to anybody else", "0", str(sum(letter.address not in known for letter in found.taken)))
    yield from of_texts(found, people=set(phones.values()))


def of_rest(seconds: float | None) -> Line:
    """Everything has two minutes; how long it took stands beside it."""
    if seconds is None:
        return Line("nothing is left to do after the last fault", ALLOWED, "still at work")
    kept = seconds <= MOST_SECONDS
    return Line(f"nothing is left to do, {seconds:.0f} s after the last fault", ALLOWED, ALLOWED if kept else "later")


def once(values: Sequence[str], *, wanted: Collection[str]) -> str:
    """How many there are, if they are exactly those that are wanted; else what is missing and what is too many."""
    counts, expected = Counter(values), Counter(list(wanted))
    missing, extra = (expected - counts).total(), (counts - expected).total()
    return f"{len(values)} ({missing} missing, {extra} too many)" if missing or extra else str(len(values))


def of_receipts(found: Findings, *, payments: Mapping[str, str]) -> Iterator[Line]:
    """One for each payment, numbered without a gap, with the PDF that is on record."""
    every = str(len(payments))
    yield Line(
        "receipts, one for each payment", every, once([each.payment for each in found.receipts], wanted=payments)
    )
    numbers: dict[str, list[int]] = {}
    for receipt in found.receipts:
        numbers.setdefault(receipt.series, []).append(receipt.sequence)
    yield Line("their numbers", f"1 to {every}", ", ".join(span(sorted(each)) for each in numbers.values()))
    yield Line("PDFs whose hash agrees", every, str(sum(each.pdf_agrees for each in found.receipts)))


def span(numbers: Sequence[int]) -> str:
    """`1 to 500`, or how many gaps there are."""
    whole = list(range(1, len(numbers) + 1))
    return f"1 to {len(numbers)}" if numbers == whole else f"{len(numbers)} numbers up to {numbers[-1]}"


def of_letters(what: str, found: Findings, records: Sequence[Record], *, people: Collection[str]) -> Iterator[Line]:
    """Each person has the letter; a second copy is on record, bears the same id, and has an attempt in doubt."""
    copies: dict[str, list[str]] = {}
    for letter in found.taken:
        copies.setdefault(letter.address, []).append(letter.message_id)
    sent = Counter(record.address for record in records if record.state == "sent" and record.address in copies)
    yield Line(f"each {what}", str(len(people)), once(list(sent.elements()), wanted=people))
    more = [record for record in records if len(copies.get(record.address, ())) > 1]
    surplus = {record: len(copies[record.address]) - 1 for record in more}
    on_record = sum(number for record, number in surplus.items() if explained(record, copies[record.address]))
    yield Line(f"second copies ({what}), on record as possible", str(sum(surplus.values())), str(on_record))


def of_texts(found: Findings, *, people: Collection[str]) -> Iterator[Line]:
    """Each person has the text on record, once: Twilio is asked what it took before anything is sent again."""
    taken = {text.number: text for text in found.texts}
    sent = {row.number: row for row in found.text_records if row.state == "sent"}
    arrived = [number for number in taken if number in sent]
    yield Line("each patient has the text", str(len(people)), once(arrived, wanted=people))
    same = [row for row in sent.values() if (text := taken.get(row.number)) and is_of(row, text)]
    yield Line("texts with the words and under the id on record", str(len(people)), str(len(same)))
    yield Line("texts that came a second time", "0", str(len(found.texts) - len(taken)))
    marked = {row.number for row in found.text_records if row.possible_double}
    in_doubt = set(found.texts_in_doubt)
    what = "texts that Twilio left in doubt, on record as such"
    yield Line(what, str(len(in_doubt)), str(len(in_doubt & marked)))
    yield Line("texts to anybody else", "0", str(sum(text.number not in people for text in found.texts)))


def is_of(record: TextRecord, text: Text) -> bool:
    """Whether this text is the one on record."""
    return (record.text, record.sid) == (text.body, text.sid)


def of_files(found: Findings, *, payments: Mapping[str, str]) -> Line:
    """The PDF in the letter is the one on record, in each copy, and nobody was sent another's."""
    sent: dict[str, set[str]] = {}
    for letter in found.taken:
        sent.setdefault(letter.address, set()).add(letter.pdf)
    right = [each for each in found.receipts if sent.get(payments.get(each.payment, "")) == {each.pdf}]
    return Line("receipts whose letters have their very PDF", str(len(payments)), str(len(right)))


def explained(record: Record, copies: Sequence[str]) -> bool:
    """Whether as many attempts are in doubt as there are copies too many, all under one Message-ID."""
    return record.possible_double and set(copies) == {record.message_id} and record.in_doubt >= len(copies) - 1
