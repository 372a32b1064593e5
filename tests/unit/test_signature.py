"""Only what Stripe signed lately, byte for byte, gets past the signature."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_service.webhooks import signature
from payments_service.webhooks.diagnosis import Refused
from payments_service.webhooks.signature import VerifiedEvent
from tests.builders import PREVIOUS_SECRET, SECRET, SECRETS
from tests.stripe_events import a_charge, an_event, body_of, signature_header

NOW = 1_790_000_000
AFTER_PARSING = {"body_not_utf8", "body_not_json", "body_not_event"}
BODY = body_of(an_event("charge.succeeded", a_charge()))
CLI_SECRET = "whsec_" + "0123456789abcdef" * 4

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
ages = st.integers(-300, 300)


def header_for(body: bytes, *, secret: str | list[str] = SECRET, age: int = 0) -> str:
    """A header that was signed so many seconds before NOW."""
    return signature_header(body, secret=secret, timestamp=NOW - age)


def verified(body: bytes, header: str) -> VerifiedEvent:
    """What the rule under test says, by the two configured secrets."""
    return signature.verify(body, header, secrets=SECRETS, now=NOW)


def reason(body: bytes, header: str, *, secrets: tuple[str, ...] = SECRETS, now: float = NOW) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        signature.verify(body, header, secrets=secrets, now=now)
    return refused.value.reason


@given(
    rest=st.dictionaries(texts, values, max_size=5), secret=st.sampled_from(SECRETS), age=ages, ascii_only=st.booleans()
)
def test_any_event_signed_with_any_secret_within_five_minutes_is_taken_as_it_came(
    rest: dict[str, Any], secret: str, age: int, ascii_only: bool
) -> None:
    event = rest | {"id": "evt_1", "object": "event", "type": "charge.succeeded", "account": None, "api_version": "x"}
    body = json.dumps(event, ensure_ascii=ascii_only).encode()

    taken = verified(body, header_for(body, secret=secret, age=age))

    assert taken.body.encode() == body
    assert (taken.stripe_id, taken.type, taken.object) == ("evt_1", "charge.succeeded", "event")


@given(body=st.binary(max_size=200), secret=st.sampled_from(SECRETS), age=ages)
def test_any_signed_bytes_get_past_the_signature_and_fail_only_for_not_being_an_event(
    body: bytes, secret: str, age: int
) -> None:
    header = header_for(body, secret=secret, age=age)

    why = reason(body, header)

    assert why in AFTER_PARSING


@given(place=st.integers(0, len(BODY) - 1), bits=st.integers(1, 255))
def test_a_change_of_any_byte_of_the_body_is_refused(place: int, bits: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= bits

    why = reason(bytes(changed), header_for(BODY))

    assert why in {"secret_wrong", "body_changed", "body_not_utf8"}


@given(place=st.integers(0, len(header_for(BODY)) - 1), bits=st.integers(1, 127))
def test_a_change_of_any_byte_of_the_header_is_refused(place: int, bits: int) -> None:
    changed = bytearray(header_for(BODY).encode())
    changed[place] ^= bits

    why = reason(BODY, changed.decode("latin-1"))

    assert why in {"secret_wrong", "signature_malformed", "timestamp_stale", "timestamp_future"}


@given(secret=st.text(min_size=1).filter(lambda text: text.strip() and text not in SECRETS and text.isprintable()))
def test_no_other_secret_fits(secret: str) -> None:
    header = header_for(BODY, secret=secret)

    why = reason(BODY, header)

    assert why == "secret_wrong"


@given(age=st.integers(301, 10**9))
def test_what_was_signed_more_than_five_minutes_ago_is_stale(age: int) -> None:
    header = header_for(BODY, age=age)

    why = reason(BODY, header)

    assert why == "timestamp_stale"


@given(ahead=st.integers(301, 10**9))
def test_what_claims_to_be_signed_more_than_five_minutes_from_now_is_refused_too(ahead: int) -> None:
    header = header_for(BODY, age=-ahead)

    why = reason(BODY, header)

    assert why == "timestamp_future"


@pytest.mark.parametrize(
    ("age", "clock", "why"),
    [
        (300, NOW, None),
        (300, NOW + 0.001, "timestamp_stale"),
        (301, NOW, "timestamp_stale"),
        (-300, NOW, None),
        (-300, NOW - 0.001, "timestamp_future"),
        (-301, NOW, "timestamp_future"),
    ],
)
def test_five_minutes_are_three_hundred_seconds_and_not_one_more(age: int, clock: float, why: str | None) -> None:
    header = header_for(BODY, age=age)

    if why is None:
        signature.verify(BODY, header, secrets=SECRETS, now=clock)
    else:
        assert reason(BODY, header, now=clock) == why


@pytest.mark.parametrize("secrets", [[SECRET, "whsec_unknown"], ["whsec_unknown", PREVIOUS_SECRET], list(SECRETS)])
def test_while_a_secret_is_rolled_one_fitting_signature_is_enough(secrets: list[str]) -> None:
    header = header_for(BODY, secret=secrets)

    taken = verified(BODY, header)

    assert taken.body.encode() == BODY


def test_stripes_other_schemes_beside_v1_are_passed_over() -> None:
    header = header_for(BODY) + ",v0=" + "0" * 64

    taken = verified(BODY, header)

    assert taken.body.encode() == BODY


GOOD = header_for(BODY)
TIME, SIGNATURE = GOOD.split(",")


@pytest.mark.parametrize(
    "header",
    [
        "nonsense",
        ",",
        "=",
        TIME,
        SIGNATURE,
        f"{TIME},{SIGNATURE.replace('v1', 'v0')}",
        f"{TIME},v1=",
        f"{TIME},v1",
        f"{TIME},{SIGNATURE}0",
        f"{TIME},{SIGNATURE.upper()}",
        f"{TIME},{SIGNATURE},v1=short",
        f"{TIME},{TIME},{SIGNATURE}",
        f"t={NOW - 9000},{TIME},{SIGNATURE}",
        f"t,{SIGNATURE}",
        f"t=,{SIGNATURE}",
        f"t=-1,{SIGNATURE}",
        f"t=1e9,{SIGNATURE}",
        f"t={NOW}.0,{SIGNATURE}",
        f"t= {NOW},{SIGNATURE}",
        f"t={'9' * 5000},{SIGNATURE}",
        f"t=١٧٩٠٠٠٠٠٠٠,{SIGNATURE}",
        f"{TIME},v1={'é' * 64}",
        f"{TIME},v1={'٣' * 64}",
        f"{TIME};{SIGNATURE}",
        "t" * 100_000,
        "\x00",
    ],
)
def test_a_header_that_stripe_would_not_write_is_malformed(header: str) -> None:
    body = BODY

    why = reason(body, header)

    assert why == "signature_malformed"


def test_an_empty_header_counts_as_missing() -> None:
    header = ""

    why = reason(BODY, header)

    assert why == "signature_missing"


@pytest.mark.parametrize("count", [500, 5000])
def test_a_header_with_very_many_signatures_is_judged_like_any_other(count: int) -> None:
    strangers = ",".join(f"v1={number:064x}" for number in range(count))

    taken = verified(BODY, f"{GOOD},{strangers}")
    why = reason(BODY, f"{TIME},{strangers}")

    assert taken.body.encode() == BODY
    assert why == "secret_wrong"


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda event: json.dumps(event).encode(),
        lambda event: json.dumps(event, separators=(",", ":")).encode(),
        lambda event: json.dumps(event, indent=2).replace("\n", "\r\n").encode(),
        lambda event: b"\n" + json.dumps(event, indent=2, ensure_ascii=False).encode() + b"\n",
    ],
)
def test_a_body_that_a_proxy_wrote_anew_is_told_from_a_wrong_secret(rewrite: Any) -> None:
    event = an_event("charge.succeeded", a_charge(name="Zoë Œuvre"))
    changed = rewrite(event)

    why = reason(changed, header_for(body_of(event)))
    other_secret = reason(changed, header_for(body_of(event), secret="whsec_other"))

    assert why == "body_changed"
    assert other_secret == "secret_wrong"


@pytest.mark.parametrize("depth", [*range(860, 1000, 7), 5_000, 30_000])
def test_a_strangers_deeply_nested_body_is_refused_like_any_other(depth: int) -> None:
    body = b"[" * depth + b"]" * depth

    why = reason(body, header_for(body, secret="whsec_other"))

    assert why == "secret_wrong"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "body_not_json"),
        (b"{", "body_not_json"),
        (b"[" * 100_000, "body_not_json"),
        (b"1" * 5000, "body_not_json"),
        (b"\xef\xbb\xbf{}", "body_not_json"),
        (b"\xff\xfe", "body_not_utf8"),
        (b"null", "body_not_event"),
        (b"[]", "body_not_event"),
        (b"{}", "body_not_event"),
        (b'{"object": "charge", "id": "ch_1", "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "evt_1"}', "body_not_event"),
        (b'{"object": "event", "id": 7, "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "", "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "evt_\\u0000", "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "evt_\\ud800", "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "' + b"e" * 256 + b'", "type": "x"}', "body_not_event"),
        (b'{"object": ["event"], "id": "evt_1", "type": "x"}', "body_not_event"),
        (b'{"object": "event", "id": "evt_1", "type": "x", "created": 99999999999999}', "body_not_event"),
        (b'{"object": "event", "id": "evt_1", "type": "x", "created": -99999999999999}', "body_not_event"),
    ],
)
def test_what_is_signed_and_still_no_event_is_refused_with_its_own_reason(body: bytes, why: str) -> None:
    header = header_for(body)

    found = reason(body, header)

    assert found == why


def test_the_hint_names_the_command_line_when_only_its_secret_is_configured() -> None:
    header = header_for(BODY, secret="whsec_dashboard")

    with pytest.raises(Refused) as refused:
        signature.verify(BODY, header, secrets=[CLI_SECRET], now=NOW)

    assert "Stripe CLI" in refused.value.hint
    assert "stripe listen --print-secret" in refused.value.hint


def test_a_refusal_repeats_nothing_of_the_request() -> None:
    marker = "private-marker"
    body = json.dumps({"object": "event", "id": marker + "\n", "type": marker}).encode()

    with pytest.raises(Refused) as refused:
        signature.verify(body, header_for(body), secrets=SECRETS, now=NOW)

    assert marker not in f"{refused.value!r} {refused.value.hint} {refused.value.__cause__!r}"
