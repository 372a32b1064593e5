"""Keys that sign sealed documents, Ed25519 (RFC 8032), and the words in which a setting or a person gives them. Pure.

A key's id is the start of its public half's SHA-256, so a signature tells which key to ask for, also after another one
signs. What is kept of an old key may be its public half alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from receipts import sealing

LENGTH = 32
ID_BYTES = 5
PUBLIC = "public:"
MAKE_ONE = "make one with: openssl rand -base64 32"
LAPTOP_SEED = base64.b64encode(b"laptop-only-laptop-only-laptop-o").decode()
"""Signs where DEBUG is on, and only there: everybody has it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody may have, and checks with: 32 bytes."""

    raw: bytes

    @property
    def id(self) -> str:
        """Eight characters, A to Z and 2 to 7."""
        return sealing.base32(hashlib.sha256(self.raw).digest()[:ID_BYTES])

    @property
    def text(self) -> str:
        """Base64, as it is published."""
        return base64.b64encode(self.raw).decode()

    def signed(self, claim: str, signature: str) -> bool:
        """Whether this key's other half made the signature (base32) over the claim."""
        try:
            raw = base64.b32decode(signature + "=" * (-len(signature) % 8))
            Ed25519PublicKey.from_public_bytes(self.raw).verify(raw, claim.encode())
        except (ValueError, InvalidSignature):
            return False
        return sealing.base32(raw) == signature


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The half that is a secret."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The half that isn't."""
        return PublicKey(Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, document: sealing.Document) -> sealing.Sealed:
        """The document with its hash and the signature over its claim."""
        hash_ = sealing.hash_of(document)
        key_id, signature = self.sign_text(sealing.claim_of(document, hash_=hash_))
        return sealing.Sealed(document, hash_, key_id=key_id, signature=signature)

    def sign_text(self, claim: str) -> tuple[str, str]:
        """The key's id, and its signature (base32) over a claim."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(claim.encode())
        return self.public.id, sealing.base32(signature)


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of an installation by their ids: one signs, if any, and all check."""

    keys: dict[str, PublicKey]
    signing: SigningKey | None = None


def ring(texts: Iterable[str], *, for_laptop: bool = True) -> Ring:
    """From the words of `RECEIPT_SIGNING_KEYS`: seeds, of which the first signs, and "public:..." for retired keys.

    Raises ValueError with what is expected, never with what was given; also for the laptop's key, unless it may be.
    """
    given = list(texts)
    if not given or given[0].startswith(PUBLIC):
        raise ValueError(f"expects a 32-byte seed first, in base64 or hex; {MAKE_ONE}")
    signing = SigningKey(raw_key(given[0]))
    publics = [signing.public, *(_public_half(text) for text in given[1:])]
    if not for_laptop and _public_half(LAPTOP_SEED) in publics:
        raise ValueError(f"holds the laptop's key, which everybody has; {MAKE_ONE}")
    return Ring({key.id: key for key in publics}, signing=signing)


def public_ring(texts: Iterable[str]) -> Ring:
    """From public keys alone, as an auditor has them. Raises ValueError."""
    publics = [PublicKey(raw_key(text.removeprefix(PUBLIC))) for text in texts]
    return Ring({key.id: key for key in publics})


def raw_key(text: str) -> bytes:
    """The 32 bytes of a key, from base64 (either alphabet) or hex. Raises ValueError."""
    try:
        raw = bytes.fromhex(text) if len(text) == 2 * LENGTH else _unbase64(text)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != LENGTH:
        raise ValueError("expects keys of 32 bytes in base64 (44 characters) or hex (64), separated by commas")
    return raw


def _unbase64(text: str) -> bytes:
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)


def _public_half(text: str) -> PublicKey:
    if text.startswith(PUBLIC):
        return PublicKey(raw_key(text.removeprefix(PUBLIC)))
    return SigningKey(raw_key(text)).public
