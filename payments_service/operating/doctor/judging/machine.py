"""The machine: files, and room for them."""

from __future__ import annotations

from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong

GIB = 1024**3
TOO_LITTLE, LITTLE = GIB // 4, 2 * GIB


IN_A_FOLDER = "Let this process's user write there, or set MEDIA_ROOT to a folder that outlives the process."
IN_A_BUCKET = "See whether MEDIA_BUCKET_ENDPOINT answers from here, and what the bucket's provider says."
GUIDE = "docs/how-to/keep-pdfs-in-a-bucket.md"
REMEDIES = {
    "NoSuchBucket": "Make the bucket that MEDIA_BUCKET names, or name another one.",
    "AccessDenied": f"Let the key or role read, write, delete and list there: {GUIDE}.",
    "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID to a key that the bucket's provider knows.",
    "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID.",
    "NoCredentialsError": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role.",
}
"""By S3's word for what went wrong: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""


@dataclass(frozen=True, slots=True)
class Files:
    """Where PDFs go, and why a small file could not be written there and read again.

    `encryption` is what a bucket says of the file, in S3's words; None where files lie in a folder. `lasts` is for how
    many days a bucket can bring back what was deleted, None for good; `untold` why it doesn't say.
    """

    place: str
    trouble: str = ""
    encryption: str | None = None
    usual: str = IN_A_FOLDER
    lasts: int | None = 0
    untold: str = ""


def files(seen: Files) -> list[Finding]:
    """Whether a PDF can be kept."""
    if seen.trouble:
        return [wrong(f"no file can be kept in {seen.place} ({seen.trouble})", REMEDIES.get(seen.trouble, seen.usual))]
    if seen.encryption == "":
        do = "Switch the default encryption of the bucket on, and see why its provider leaves ours out."
        return [wrong(f"files in {seen.place} aren't encrypted", do)]
    how = f", encrypted with {seen.encryption}" if seen.encryption else ""
    return [ok(f"a small file was written, read and deleted in {seen.place}{how}"), *old_versions(seen)]


def old_versions(seen: Files) -> list[Finding]:
    """Whether what a purge deletes is gone in the end."""
    if seen.untold:
        said = f"nobody can tell whether {seen.place} keeps what is deleted ({seen.untold})"
        return [warning(said, f"Let the key or role read its versioning and lifecycle: {GUIDE}.")]
    if seen.lasts is None:
        do = f"Give it a lifecycle rule with NoncurrentVersionExpiration for all files, of 30 days say: {GUIDE}."
        return [warning(f"{seen.place} keeps old versions for good, also of what a purge deletes", do)]
    return [ok(f"what is deleted can be brought back for {seen.lasts} days")] if seen.lasts else []


def room(free: int | None) -> list[Finding]:
    """Whether there is space for PDFs, in bytes; None where files don't lie on a disk of ours."""
    if free is None:
        return [ok("files don't lie on a disk of this machine")]
    said, do = f"{free / GIB:.1f} GiB are free for PDFs", "Make room below MEDIA_ROOT."
    if free < TOO_LITTLE:
        return [wrong(said, do)]
    return [warning(said, do)] if free < LITTLE else [ok(said)]
