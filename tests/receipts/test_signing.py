"""Keys in the words of a setting, and what they sign."""

from __future__ import annotations

import base64
import dataclasses

import pytest
import pytest_django
from django.core.management import call_command
from django.test import Client

from receipts import keys, sealing, signing
from receipts.signing import SigningKey
from tests.receipts.builders import KEY, a_snapshot, sealed

OTHER = SigningKey(b"visibly-fake-key-of-another-one!")
SEED, OTHER_SEED = (base64.b64encode(key.seed).decode() for key in (KEY, OTHER))


@pytest.mark.parametrize(
    "text",
    [SEED, SEED.rstrip("="), KEY.seed.hex(), base64.urlsafe_b64encode(KEY.seed).decode(), KEY.seed.hex().upper()],
)
def test_a_key_is_read_from_base64_and_from_hex(text: str) -> None:
    assert signing.ring([text]).signing == KEY


@pytest.mark.parametrize("text", ["", "secret", "=" * 44, SEED[:-4], SEED + "AAAA", "zz" * 32, "Ż" * 43])
def test_what_is_no_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64") as refusal:
        signing.ring([text])

    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize("texts", [[], [f"public:{KEY.public.text}"]])
def test_there_must_be_a_key_that_can_sign(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="openssl rand -base64 32"):
        signing.ring(texts)


def test_the_first_key_signs_and_all_of_them_check() -> None:
    ring = signing.ring([OTHER_SEED, SEED])

    assert ring.signing == OTHER
    assert set(ring.keys) == {OTHER.public.id, KEY.public.id}


def test_of_a_retired_key_the_public_half_is_enough() -> None:
    ring = signing.ring([OTHER_SEED, f"public:{KEY.public.text}"])

    assert ring.keys[KEY.public.id] == KEY.public


@pytest.mark.parametrize("text", [signing.LAPTOP_SEED, signing.raw_key(signing.LAPTOP_SEED).hex()])
def test_the_laptops_key_is_for_laptops(text: str) -> None:
    assert signing.ring([text]).signing

    with pytest.raises(ValueError, match="the laptop's key, which everybody has"):
        signing.ring([text], for_laptop=False)


def test_a_signature_is_about_one_text_and_by_one_key() -> None:
    whole = sealed(a_snapshot())
    claim = sealing.claim_of(whole.document, hash_=whole.hash)

    assert KEY.public.signed(claim, whole.signature)
    assert not KEY.public.signed(claim.replace("12300", "12301"), whole.signature)
    assert not OTHER.public.signed(claim, whole.signature)


@pytest.mark.parametrize("signature", ["", "A", "a" * 103, "Ż" * 103, "A" * 103])
def test_what_is_no_signature_signs_nothing(signature: str) -> None:
    assert not KEY.public.signed("CR1", signature)


def test_a_signature_has_one_spelling() -> None:
    whole = sealed(a_snapshot())
    last = whole.signature[-1]
    twin = whole.signature[:-1] + chr(ord(last) + 1)

    assert not KEY.public.signed(sealing.claim_of(whole.document, hash_=whole.hash), twin)


def test_a_secret_is_not_in_what_a_log_would_show_of_a_key() -> None:
    shown = repr(signing.ring([SEED]))

    assert "visibly-fake" not in shown
    assert SEED not in shown


def test_the_public_keys_are_published_and_nothing_secret_with_them(
    client: Client, settings: pytest_django.Settings
) -> None:
    settings.RECEIPT_SIGNING_KEYS = [OTHER_SEED, f"public:{KEY.public.text}"]

    answer = client.get("/.well-known/receipt-keys.json", secure=True)

    assert answer.json() == {
        "keys": [
            {"id": OTHER.public.id, "algorithm": "Ed25519", "public_key": OTHER.public.text, "signs": True},
            {"id": KEY.public.id, "algorithm": "Ed25519", "public_key": KEY.public.text, "signs": False},
        ]
    }
    assert OTHER_SEED not in answer.content.decode()
    assert client.post("/.well-known/receipt-keys.json", secure=True).status_code == 405


def test_a_new_key_can_be_made_and_signs_from_the_first_place(
    capsys: pytest.CaptureFixture[str], settings: pytest_django.Settings
) -> None:
    call_command("make_signing_key")

    secret, public = (line.split(": ")[1] for line in capsys.readouterr().out.splitlines())
    settings.RECEIPT_SIGNING_KEYS = [secret, SEED]
    assert keys.current().public.text == public.split()[0]
    assert keys.current().public.id in public


def test_each_made_key_is_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_signing_key")
    call_command("make_signing_key")

    first, _, second, _ = capsys.readouterr().out.splitlines()
    assert first != second


def test_a_key_signs_the_same_document_alike_each_time() -> None:
    whole = sealed(a_snapshot())

    assert dataclasses.astuple(KEY.sign(whole.document)) == dataclasses.astuple(whole)
