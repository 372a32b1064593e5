"""What isn't an event of Stripe's gets a 4xx with nothing in it, and the operator one line that says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from payments_service.webhooks.models import StripeEvent
from tests.builders import SECRET, WEBHOOK, post_body, signed
from tests.stripe_events import Payload, a_charge, an_event, body_of

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bad:
    """A request that must not get in: what is posted, why it is refused, and a word that the hint has to contain."""

    reason: str
    hint: str
    body: Callable[[Payload], bytes] = body_of
    header: Callable[[bytes], str | None] = signed
    status: int = 400


BAD = {
    "no signature": Bad("signature_missing", "Stripe-Signature", header=lambda _: None),
    "malformed signature": Bad("signature_malformed", "t=", header=lambda _: "Bearer token"),
    "signature of scheme v0 only": Bad(
        "signature_malformed", "v1=", header=lambda body: signed(body).replace("v1=", "v0=")
    ),
    "signature in other letters": Bad("signature_malformed", "proxy", header=lambda _: "t=١٢٣,v1=ü"),
    "other secret": Bad(
        "secret_wrong", "STRIPE_WEBHOOK_SECRETS", header=lambda body: signed(body, secret="whsec_other")
    ),
    "signed too long ago": Bad("timestamp_stale", "clock", header=lambda body: signed(body, age=330)),
    "signed in the future": Bad("timestamp_future", "clock", header=lambda body: signed(body, age=-330)),
    "body written anew": Bad(
        "body_changed",
        "raw body",
        body=lambda event: json.dumps(event).encode(),
        header=lambda body: signed(body_of(json.loads(body))),
    ),
    "another body": Bad("secret_wrong", "changed", header=lambda body: signed(body.replace(b"12000", b"99000"))),
    "not UTF-8": Bad("body_not_utf8", "UTF-8", body=lambda _: b'{"object": "\xff"}'),
    "not JSON": Bad("body_not_json", "JSON", body=lambda _: b"object=event&id=evt_1"),
    "empty": Bad("body_not_json", "JSON", body=lambda _: b""),
    "empty on arrival": Bad("body_empty", "proxy", body=lambda _: b"", header=lambda _: signed(b"{}")),
    "JSON, but no event": Bad("body_not_event", "not an event", body=lambda event: body_of(event["data"]["object"])),
    "over 1 MiB": Bad("body_too_large", "1 MiB", body=lambda _: b" " * (MEBIBYTE + 1), status=413),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_with_one_line_for_the_operator(bad: Bad) -> None:
    body = bad.body(an_event("charge.succeeded", a_charge()))

    with capture_logs() as lines:
        response = post_body(body, header=bad.header(body))

    assert (response.status_code, response.content) == (bad.status, b"")
    (line,) = lines
    assert (line["event"], line["reason"]) == ("webhook_refused", bad.reason)
    assert bad.hint in line["hint"]
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_refused_with_one_line_for_the_operator(method: str) -> None:
    body = body_of(an_event("charge.succeeded", a_charge()))

    with capture_logs() as lines:
        response = Client().generic(method, WEBHOOK, body, headers={"Stripe-Signature": signed(body)})

    assert (response.status_code, response.content, response["Allow"]) == (405, b"", "POST")
    (line,) = lines
    assert (line["event"], line["reason"]) == ("webhook_refused", "method_not_post")
    assert "POST" in line["hint"]
    assert not StripeEvent.objects.exists()


def test_a_body_of_exactly_one_mebibyte_is_taken() -> None:
    event = an_event("charge.succeeded", a_charge())
    padding = MEBIBYTE - len(body_of(event | {"padding": ""}))
    body = body_of(event | {"padding": "x" * padding})

    response = post_body(body, header=signed(body))

    assert (len(body), response.status_code) == (MEBIBYTE, 200)
    assert StripeEvent.objects.get().body.encode() == body


def test_the_command_lines_events_without_its_secret_are_explained(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_" + "ab" * 32]
    body = body_of(an_event("charge.succeeded", a_charge()))

    with capture_logs() as lines:
        response = post_body(body, header=signed(body, secret=SECRET))

    assert response.status_code == 400
    assert "looks like the Stripe CLI's secret" in lines[0]["hint"]


def test_a_refused_request_leaves_none_of_its_words_in_the_log() -> None:
    body = body_of(an_event("charge.succeeded", a_charge(name="Marker Private")))

    with capture_logs() as lines:
        post_body(body, header=signed(body, secret="whsec_other") + ",v9=marker-private")

    assert "marker" not in repr(lines).lower()
