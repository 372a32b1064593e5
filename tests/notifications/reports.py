"""What five mail providers post to us, each in its own shape, with a patient in every field that can hold one.

Shapes: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads,
https://postmarkapp.com/developer/webhooks/webhooks-overview,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html,
https://developers.brevo.com/docs/transactional-webhooks, https://resend.com/docs/webhooks/introduction.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

PATIENT = "zaphod@patients.example"
NAME = "Zaphod Beeblebrox"
SUBJECT = f"Visit of {NAME}"
SENTENCE = f"550 5.1.1 <{PATIENT}> is unknown here"
SECRET, NEXT_SECRET = "reports:visibly-fake-1", "reports:visibly-fake-2"
SIGNING_KEY = "visibly-fake-signing-key"
SECONDS = 1_777_889_700
INSTANT = "2026-05-04T10:15:00Z"


@dataclass(frozen=True, slots=True)
class Report:
    """One post: where to, what, and the headers that belong to it."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def post(report: Report, *, secret: str | None = SECRET, client: Client | None = None) -> HttpResponse:
    """Post it as the provider does, with that `user:password` or without any."""
    headers = dict(report.headers)
    if secret is not None:
        headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    browser = client or Client(enforce_csrf_checks=True)
    response: Any = browser.generic(
        "POST", report.path, report.body, content_type=report.content_type, headers=headers, secure=True
    )
    assert isinstance(response, HttpResponse)
    return response


def as_json(shape: dict[str, Any]) -> bytes:
    """A body as it travels."""
    return json.dumps(shape).encode()


def mailgun(kind: str, message: str, *, event: str = "1", key: str = SIGNING_KEY) -> Report:
    """Signed inside the body: HMAC-SHA256 of timestamp and token."""
    token = hashlib.sha256(f"{event}{kind}".encode()).hexdigest()[:50]
    signature = hmac.new(key.encode(), f"{SECONDS}{token}".encode(), hashlib.sha256).hexdigest()
    shapes: dict[str, tuple[str, dict[str, Any]]] = {
        "delivered": ("delivered", {"delivery-status": {"code": 250, "message": "OK"}}),
        "bounced": ("failed", {"severity": "permanent", "reason": "bounce", "delivery-status": {"message": SENTENCE}}),
        "deferred": (
            "failed",
            {"severity": "temporary", "reason": "generic", "delivery-status": {"message": SENTENCE}},
        ),
        "complained": ("complained", {}),
        "opened": ("opened", {"client-info": {"user-agent": NAME}, "ip": "192.0.2.1"}),
    }
    word, more = shapes[kind]
    data = {
        "event": word,
        "id": f"mailgun-{event}",
        "timestamp": float(SECONDS),
        "recipient": PATIENT,
        "message": {"headers": {"to": f"{NAME} <{PATIENT}>", "message-id": message.strip("<>"), "subject": SUBJECT}},
        "user-variables": {},
        "tags": [],
        **more,
    }
    proof = {"timestamp": str(SECONDS), "token": token, "signature": signature}
    return Report("/anymail/mailgun/tracking/", as_json({"signature": proof, "event-data": data}))


def postmark(kind: str, message: str, *, event: str = "1") -> Report:
    """Flat JSON; only bounces and complaints have an id."""
    bounce = {"ID": int(event), "Email": PATIENT, "Details": SENTENCE, "Subject": SUBJECT, "BouncedAt": INSTANT}
    shapes: dict[str, dict[str, Any]] = {
        "delivered": {"RecordType": "Delivery", "Recipient": PATIENT, "DeliveredAt": INSTANT, "Details": SENTENCE},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, **bounce},
        "deferred": {"RecordType": "Bounce", "Type": "Transient", "TypeCode": 2, **bounce},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512, **bounce},
        "opened": {"RecordType": "Open", "Recipient": PATIENT, "ReceivedAt": INSTANT, "UserAgent": NAME},
    }
    body = {
        "MessageID": message,
        "ServerID": 23,
        "MessageStream": "outbound",
        "Metadata": {},
        "Tag": "",
        **shapes[kind],
    }
    return Report("/anymail/postmark/tracking/", as_json(body))


def amazon_ses(kind: str, message: str, *, event: str = "1") -> Report:
    """An event of SES's as text inside a notification of SNS's, which travels as text/plain."""
    word, shape = {
        "delivered": ("Delivery", {"recipients": [PATIENT], "smtpResponse": SENTENCE}),
        "bounced": (
            "Bounce",
            {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": PATIENT, "diagnosticCode": SENTENCE}],
            },
        ),
        "deferred": ("DeliveryDelay", {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": PATIENT}]}),
        "complained": ("Complaint", {"complainedRecipients": [{"emailAddress": PATIENT}], "userAgent": NAME}),
        "opened": ("Open", {"userAgent": NAME, "ipAddress": "192.0.2.1"}),
    }[kind]
    headers = [{"name": "To", "value": f"{NAME} <{PATIENT}>"}, {"name": "Subject", "value": SUBJECT}]
    mail = {"messageId": message, "destination": [PATIENT], "headers": headers}
    sns = {
        "Type": "Notification",
        "MessageId": f"sns-{event}-{kind}",
        "TopicArn": "arn:aws:sns:eu-central-1:000000000000:reports",
        "Message": json.dumps({"eventType": word, "mail": mail, word.lower(): shape}),
        "Timestamp": INSTANT,
    }
    told = {"x-amz-sns-message-type": sns["Type"], "x-amz-sns-message-id": sns["MessageId"]}
    return Report("/anymail/amazon_ses/tracking/", as_json(sns), told, content_type="text/plain; charset=UTF-8")


def brevo(kind: str, message: str, *, event: str = "1") -> Report:
    """Flat JSON without an id of its own; `ts_epoch` is in milliseconds."""
    word = {
        "delivered": "delivered",
        "bounced": "hard_bounce",
        "deferred": "deferred",
        "complained": "spam",
        "opened": "unique_opened",
    }[kind]
    body = {
        "event": word,
        "email": PATIENT,
        "id": 9,
        "message-id": message,
        "subject": SUBJECT,
        "reason": SENTENCE,
        "ts_epoch": (SECONDS + int(event)) * 1000,
    }
    return Report("/anymail/brevo/tracking/", as_json(body))


def resend(kind: str, message: str, *, event: str = "1") -> Report:
    """The event's id is in a header of Svix's, who delivers for Resend."""
    word = {"deferred": "delivery_delayed"}.get(kind, kind)
    data: dict[str, Any] = {"email_id": message, "to": [f"{NAME} <{PATIENT}>"], "subject": SUBJECT}
    if kind == "bounced":
        data["bounce"] = {"message": f"The recipient's email provider sent a hard bounce message: {SENTENCE}"}
    body = {"type": f"email.{word}", "created_at": INSTANT, "data": data}
    return Report("/anymail/resend/tracking/", as_json(body), {"svix-id": f"msg-{event}-{kind}"})


Told = Callable[..., Report]
PROVIDERS: dict[str, Told] = {
    "Mailgun": mailgun,
    "Postmark": postmark,
    "Amazon SES": amazon_ses,
    "Brevo": brevo,
    "Resend": resend,
}
