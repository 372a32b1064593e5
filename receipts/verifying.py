"""Everything that was handed in, files and codes, checked into one report: what the two doors to it share."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from receipts import inspecting
from receipts.findings import Kind
from receipts.inspecting import Inspected
from receipts.reporting import Report, told
from receipts.signing import Ring


def add_arguments(parser: ArgumentParser) -> None:
    """What every door to a check of files takes."""
    parser.add_argument("files", nargs="*", type=Path, help="PDFs, or folders of them")
    parser.add_argument("--qr", action="append", default=[], metavar="TEXT", help="the text of a code on paper")
    parser.add_argument("--key", action="append", default=[], help="a public key of the clinic; may be repeated")
    parser.add_argument("--selection", action="store_true", help="numbers between the files may be absent")
    parser.add_argument("--json", action="store_true", help="for programs")


def report(paths: Iterable[Path], codes: Sequence[str], *, ring: Ring, selected: bool) -> Report:
    """Check each file and each code by itself, then the files together, with a progress bar."""
    files = pdfs(paths)
    made, inspected = Report(documents=len(files) + len(codes)), []
    with bar() as progress:
        for path in progress.track(files, description="files"):
            each = of_file(path, ring=ring)
            inspected.append(each)
            made.findings.extend(each.findings)
            if each.known and each.known.step.sound:
                made.read.append(told(each.name, each.known))
    made.findings.extend(inspecting.together(inspected, selected=selected))
    for text in codes:
        _add_code(made, text, ring=ring)
    return made


def bar() -> Progress:
    """A progress bar, for somebody who looks at it."""
    console = Console(stderr=True)
    return Progress(console=console, disable=not console.is_terminal, transient=True)


def pdfs(paths: Iterable[Path]) -> list[Path]:
    """The files, and for a folder all PDFs in it and below."""
    return [file for path in paths for file in (sorted(path.rglob("*.pdf")) if path.is_dir() else [path])]


def of_file(path: Path, *, ring: Ring) -> Inspected:
    """Check one file; one that can't be opened is a finding too."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return inspecting.refused(Kind.UNREADABLE, str(path), f"It can't be opened: {error.strerror}.", "")
    return inspecting.inspect(content, name=str(path), ring=ring)


def _add_code(made: Report, text: str, *, ring: Ring) -> None:
    found, said = inspecting.code(text, ring=ring)
    made.findings.extend(found)
    if said and not found:
        made.read.append(dict(zip(("number", "issued_at", "amount", "currency"), said, strict=True), file="QR code"))
