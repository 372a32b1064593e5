"""How four mail providers sign what they post, by what they document; keys of ours, of somebody else, and none."""

from __future__ import annotations

import functools
import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID


class Signer(StrEnum):
    """Whose key signs a post."""

    PROVIDER = "visibly-fake-signing-key"
    SOMEBODY = "somebody-else's-key"
    NOBODY = ""


def mailgun(timestamp: int, token: str, *, signer: Signer) -> str:
    """HMAC-SHA256 of timestamp and token, in hexadecimal digits."""
    return hmac.new(signer.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest() if signer else ""


def mailersend(body: bytes, *, signer: Signer) -> dict[str, str]:
    """The header `Signature`: HMAC-SHA256 of the body, in hexadecimal digits."""
    return {"Signature": hmac.new(signer.encode(), body, hashlib.sha256).hexdigest()} if signer else {}


def svix(event_id: str, body: bytes, *, signer: Signer) -> dict[str, str]:
    """Three headers: the event's id, when it is posted, and HMAC-SHA256 of both with the body, in base64."""
    posted = str(int(datetime.now(UTC).timestamp()))
    told = {"svix-id": event_id, "svix-timestamp": posted}
    if not signer:
        return told
    signed = hmac.new(signer.encode(), f"{event_id}.{posted}.".encode() + body, hashlib.sha256).digest()
    return {**told, "svix-signature": f"v1,{b64encode(signed).decode()}"}


def svix_secret(signer: Signer) -> str:
    """The secret as Resend shows it."""
    return f"whsec_{b64encode(signer.encode()).decode()}"


# --- Amazon SNS: RSA, by a certificate that the message names

CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
HASHES: dict[str, type[hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}


@functools.cache
def rsa_key(signer: Signer) -> rsa.RSAPrivateKey:
    """Somebody's key; it takes a moment to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sns(message: dict[str, str], *, signer: Signer, version: str = "1") -> dict[str, str]:
    """The message with its signature: over the fields that count, name and value a line each, in this order."""
    if not signer:
        return message
    fields = NOTIFICATION if message["Type"] == "Notification" else SUBSCRIPTION
    text = "".join(f"{name}\n{message[name]}\n" for name in fields if name in message)
    signature = rsa_key(signer).sign(text.encode(), padding.PKCS1v15(), HASHES[version]())
    proof = {"SignatureVersion": version, "Signature": b64encode(signature).decode(), "SigningCertURL": CERTIFICATE}
    return {**message, **proof}


@functools.cache
def amazons_certificate() -> bytes:
    """What Amazon serves at `CERTIFICATE`."""
    key, name = rsa_key(Signer.PROVIDER), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=3650))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
