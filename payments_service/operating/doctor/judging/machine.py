"""The machine: files, room for them, fonts and libraries, and its clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payments_service.operating.doctor.findings import Finding, ok, warning, wrong

GIB = 1024**3
TOO_LITTLE, LITTLE = GIB // 4, 2 * GIB
MOST_SKEW_SECONDS = 30.0
"""Stripe's signatures are refused from five minutes on; leases and logs suffer earlier."""


IN_A_FOLDER = "Let this process's user write there, or set MEDIA_ROOT to a folder that outlives the process."
IN_A_BUCKET = "See whether MEDIA_BUCKET_ENDPOINT answers from here, and what the bucket's provider says."
REMEDIES = {
    "NoSuchBucket": "Make the bucket that MEDIA_BUCKET names, or name another one.",
    "AccessDenied": "Let the key or role read, write, delete and list there: docs/how-to/keep-pdfs-in-a-bucket.md.",
    "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID to a key that the bucket's provider knows.",
    "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID.",
    "NoCredentialsError": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role.",
}
"""By S3's word for what went wrong: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""


@dataclass(frozen=True, slots=True)
class Files:
    """Where PDFs go, and why a small file could not be written there and read again.

    `encryption` is what a bucket says of the file, in S3's words; None where files lie in a folder.
    """

    place: str
    trouble: str = ""
    encryption: str | None = None
    usual: str = IN_A_FOLDER


@dataclass(frozen=True, slots=True)
class Remark:
    """What Django's own checks say: fonts, libraries, logo, settings."""

    said: str
    do: str
    serious: bool


def files(seen: Files) -> list[Finding]:
    """Whether a PDF can be kept."""
    if seen.trouble:
        return [wrong(f"no file can be kept in {seen.place} ({seen.trouble})", REMEDIES.get(seen.trouble, seen.usual))]
    if seen.encryption == "":
        do = "Switch the default encryption of the bucket on, and see why its provider leaves ours out."
        return [wrong(f"files in {seen.place} aren't encrypted", do)]
    how = f", encrypted with {seen.encryption}" if seen.encryption else ""
    return [ok(f"a small file was written, read and deleted in {seen.place}{how}")]


def room(free: int | None) -> list[Finding]:
    """Whether there is space for PDFs, in bytes; None where files don't lie on a disk of ours."""
    if free is None:
        return [ok("files don't lie on a disk of this machine")]
    said, do = f"{free / GIB:.1f} GiB are free for PDFs", "Make room below MEDIA_ROOT."
    if free < TOO_LITTLE:
        return [wrong(said, do)]
    return [warning(said, do)] if free < LITTLE else [ok(said)]


def libraries(remarks: Sequence[Remark], versions: Mapping[str, str]) -> list[Finding]:
    """What Django's checks found, and what receipts are drawn with."""
    found = [(wrong if each.serious else warning)(each.said, each.do) for each in remarks]
    drawn = ", ".join(f"{name} {version}" for name, version in versions.items())
    return found or [ok(f"Django's checks find nothing; receipts are drawn with {drawn}")]


def clock(skews: Mapping[str, float | None]) -> list[Finding]:
    """How far our clock is ahead of others', in seconds, by whose clock it was; None for one that didn't answer."""
    known = {whose: skew for whose, skew in skews.items() if skew is not None}
    if not known:
        return [warning("no other clock answered to compare with", "See to Stripe and the database first.")]
    return [compared(whose, skew) for whose, skew in known.items()]


def compared(whose: str, skew: float) -> Finding:
    """Our clock beside another one."""
    if abs(skew) <= MOST_SKEW_SECONDS:
        return ok(f"it is within {max(abs(skew), 1):.0f} s of {whose}")
    way = "ahead of" if skew > 0 else "behind"
    do = "Run a time service (chrony, systemd-timesyncd) on both: Stripe's signatures are refused when clocks disagree."
    return wrong(f"it is {abs(skew):.0f} s {way} {whose}", do)
