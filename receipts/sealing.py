"""What makes a change visible: a document's canonical text, its hash, and the short text that is signed. Pure.

A document's hash is SHA-256 over its canonical JSON, which names the hash of the document before it in its series: so
a document can't be changed, removed or put in without all that follow it. Canonical is JSON as RFC 8785 writes the
values that occur here (objects with ASCII keys, lists, strings, integers, booleans): keys sorted, no white space, in
UTF-8. `receipts.signing` signs, `receipts.chain` and `receipts.inspecting` check; docs/adr/0006 says what that is good
for.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from receipts import frozen

VERSION = 1
MARK = "CR1"
"""Opens every signed text, so that a signature over one can't be taken for one over anything else."""
LARGEST = 4 * 1024 * 1024


class Malformed(ValueError):
    """What should be sealed data isn't; the message says why, in a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Document:
    """All that is sealed of one document.

    `issued_at` is an aware instant, `amount` in minor units, `snapshot` what `frozen.to_json` wrote. `previous` is the
    hash (hex) of the sealed document before this one in its series, or the series' `genesis`.
    """

    number: str
    series: str
    sequence: int
    kind: str
    test: bool
    issued_at: datetime
    amount: int
    currency: str
    reference: str
    snapshot: dict[str, Any]
    previous: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document, its hash (SHA-256, hex), and the named key's Ed25519 signature over `claim_of` it (base32)."""

    document: Document
    hash: str
    key_id: str
    signature: str

    @property
    def is_whole(self) -> bool:
        """Whether the document is still what the hash was made of."""
        return hash_of(self.document) == self.hash


def genesis(series: str) -> str:
    """What the first sealed document of a series names as the hash before it."""
    return hashlib.sha256(f"clinic-receipts series {series}".encode()).hexdigest()


def canonical(document: Document) -> bytes:
    """The text that is hashed."""
    return _json(_plain(document))


def hash_of(document: Document) -> str:
    """SHA-256 of the canonical text, hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def claim_of(document: Document, *, hash_: str) -> str:
    """The text that is signed: "CR1 R-2026-000123 2026-11-22T10:00:00Z 12300 EUR <the hash in base32>".

    Its characters are those of a QR code's alphanumeric mode, which makes the code on paper a third smaller.
    """
    day = document.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{MARK} {document.number} {day} {document.amount} {document.currency} {base32(bytes.fromhex(hash_))}"


def code_of(sealed: Sealed) -> str:
    """The text of the code on paper: the claim, the key's id and the signature. It says nothing about a person."""
    return f"{claim_of(sealed.document, hash_=sealed.hash)} {sealed.key_id} {sealed.signature}"


def to_bytes(sealed: Sealed) -> bytes:
    """The file that a PDF carries, canonical too."""
    return _json({**dataclasses.asdict(sealed), "document": _plain(sealed.document)})


def from_bytes(content: bytes) -> Sealed:
    """What `to_bytes` wrote, to the byte. Raises Malformed; whether hash and signature are right is asked elsewhere."""
    if len(content) > LARGEST:
        raise Malformed(f"its data has {len(content)} bytes, which is more than any document of ours has")
    try:
        sealed = frozen.build(Sealed, json.loads(content), "data")
        again = to_bytes(sealed)
    except (ValueError, OverflowError, RecursionError) as wrong:
        raise Malformed(f"its data can't be read ({wrong})") from None
    if sealed.document.version != VERSION:
        raise Malformed(
            f"its data is of version {sealed.document.version}, which a newer release of this program reads"
        )
    if again != content:
        raise Malformed("its data isn't written as it was sealed")
    return sealed


def base32(content: bytes) -> str:
    """RFC 4648, without padding."""
    return base64.b32encode(content).decode().rstrip("=")


def instant(moment: datetime) -> str:
    """As the canonical text has it: "2026-11-22T10:00:00.000000Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(document: Document) -> dict[str, Any]:
    values = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    return {**values, "issued_at": instant(document.issued_at)}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
