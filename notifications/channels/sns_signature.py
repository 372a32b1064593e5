"""Whether a post of Amazon SNS's is Amazon's: its signature, by the certificate that it names. Used by `ses_reports`.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. That it is Amazon's says nothing of
whose topic it comes from: anybody may have one, so the webhook secret counts beside it.
"""

from __future__ import annotations

import functools
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

PATIENCE_SECONDS = 5
MOST_BYTES = 16_384

# Amazon alone can put a file there. Anything else would let a post bring its own key.
CERTIFICATE = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[0-9a-f]+\.pem")
SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": SUBSCRIPTION,
    "UnsubscribeConfirmation": SUBSCRIPTION,
}
HASHES: dict[str, type[hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}


class Forged(Exception):
    """Amazon hasn't signed this."""


class Away(Exception):
    """Amazon's certificate can't be had now."""


class NotConfirmed(Exception):
    """Amazon didn't take our confirmation of a subscription."""


def verify(message: Mapping[str, Any]) -> None:
    """Return when Amazon signed this message of SNS's. Raises Forged, or Away when nobody can tell now."""
    try:
        signature = b64decode(message["Signature"], validate=True)
        algorithm = HASHES[message["SignatureVersion"]]()
        key = key_at(message["SigningCertURL"])
        key.verify(signature, signed_text(message), padding.PKCS1v15(), algorithm)
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise Forged from None


def signed_text(message: Mapping[str, Any]) -> bytes:
    """What was signed: the names and values of the fields that count, a line each. Raises KeyError for another type."""
    fields = [(name, message[name]) for name in SIGNED[message["Type"]] if name in message]
    return "".join(f"{name}\n{value}\n" for name, value in fields).encode()


@functools.lru_cache(maxsize=8)
def key_at(address: str) -> rsa.RSAPublicKey:
    """The key in the certificate there, fetched once per process. Raises ValueError for another place, or Away."""
    if not CERTIFICATE.fullmatch(address):
        raise ValueError("not an address of Amazon's certificates")
    try:
        answer = requests.get(address, timeout=PATIENCE_SECONDS, allow_redirects=False)
    except requests.RequestException:
        raise Away from None
    if answer.status_code != 200 or len(answer.content) > MOST_BYTES:
        raise Away
    key = load_pem_x509_certificate(answer.content).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    return key
