"""The machine: files, and room for them."""

from __future__ import annotations

from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong

GIB = 1024**3
TOO_LITTLE, LITTLE = GIB // 4, 2 * GIB


@dataclass(frozen=True, slots=True)
class Files:
    """Where PDFs go, and why a small file could not be written there and read again."""

    place: str
    trouble: str = ""


def files(seen: Files) -> list[Finding]:
    """Whether a PDF can be kept."""
    if seen.trouble:
        do = "Let this process's user write there, or set MEDIA_ROOT to a folder that outlives the process."
        return [wrong(f"no file can be kept in {seen.place} ({seen.trouble})", do)]
    return [ok(f"a small file was written, read and deleted in {seen.place}")]


def room(free: int | None) -> list[Finding]:
    """Whether there is space for PDFs, in bytes; None where files don't lie on a disk of ours."""
    if free is None:
        return [ok("files don't lie on a disk of this machine")]
    said, do = f"{free / GIB:.1f} GiB are free for PDFs", "Make room below MEDIA_ROOT."
    if free < TOO_LITTLE:
        return [wrong(said, do)]
    return [warning(said, do)] if free < LITTLE else [ok(said)]
