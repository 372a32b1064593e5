"""Is a seal one of ours? Pure; asked of rows by `receipts.chain`, of files by `receipts.inspecting`."""

from __future__ import annotations

from collections.abc import Iterator

from receipts import sealing
from receipts.findings import Finding, Kind
from receipts.sealing import Sealed
from receipts.signing import Ring

WHOSE = "If that key is yours, give its public half too; else this document is not yours."


def signature(sealed: Sealed, *, ring: Ring, where: str) -> Iterator[Finding]:
    """What is wrong with the signature of a document whose hash is right; nothing when one of the keys made it."""
    yield from claim(
        sealing.claim_of(sealed.document, hash_=sealed.hash),
        key_id=sealed.key_id,
        made=sealed.signature,
        ring=ring,
        where=where,
    )


def claim(text: str, *, key_id: str, made: str, ring: Ring, where: str) -> Iterator[Finding]:
    """As `signature`, for the text that was signed."""
    key = ring.keys.get(key_id)
    if key is None:
        what = f"It is signed with the key {key_id}, which is none of the keys given: another installation's document."
        yield Finding(Kind.FOREIGN, where, what, WHOSE)
    elif not key.signed(text, made):
        what = f"It says that the key {key_id} signed it, and that key didn't: the signature was made up or copied."
        yield Finding(Kind.FORGED, where, what, "Don't trust it; compare with the document that was issued.")
