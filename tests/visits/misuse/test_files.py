"""Whatever a file holds, it is rows, or a sentence that says why it isn't; and no sentence quotes what stood there."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from hypothesis import example, given
from hypothesis import strategies as st

from tests.spoiling import often
from visits_service.booking import importing
from visits_service.booking.importing import Row, Unreadable

HEADER = ",".join(sorted(importing.REQUIRED))
MARKER = "Qzx-Lovelace"
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", '"', '""', "=1+1", "\N{ZERO WIDTH SPACE}", "2027-03-01T10:00", "Europe/Warsaw", "x" * 5_000]),
    st.text(max_size=5).map(lambda text: MARKER + text),
)


def read(content: bytes) -> list[Row] | str:
    """The rows of a file, or why there are none."""
    with NamedTemporaryFile(suffix=".csv") as file:
        path = Path(file.name)
        path.write_bytes(content)
        try:
            assert importing.count(path) >= 0
            return list(importing.rows(path))
        except Unreadable as wrong:
            return str(wrong)


@often()
@given(content=st.binary(max_size=400))
@example(content=b"\x00" * 100)
@example(content=b"\xef\xbb\xbf")
@example(content=HEADER.encode() + b'\n"')
def test_any_bytes_are_rows_or_a_sentence(content: bytes) -> None:
    found = read(content)

    assert isinstance(found, list) or len(found) < 5_000


@often()
@given(rows=st.lists(st.lists(CELLS, max_size=len(importing.REQUIRED) + 1), max_size=5))
def test_any_cells_below_a_good_header_are_judged_and_never_quoted(rows: list[list[str]]) -> None:
    lines = [",".join(cell.replace("\n", " ").replace("\r", " ") for cell in row) for row in rows]

    found = read("\n".join([HEADER, *lines]).encode("utf-8", "surrogatepass"))

    sentences = [found] if isinstance(found, str) else [each for row in found for each in map(str, row.handed.problems)]
    assert not any(MARKER in sentence for sentence in sentences)
