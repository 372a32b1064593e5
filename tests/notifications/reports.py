"""What seven mail providers post to us, each in its own shape, with a patient in every field that can hold one.

Shapes: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads,
https://postmarkapp.com/developer/webhooks/webhooks-overview,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html,
https://developers.brevo.com/docs/transactional-webhooks, https://resend.com/docs/webhooks/introduction,
https://developers.mailersend.com/api/v1/webhooks.html#payload-example,
https://developers.sparkpost.com/api/webhooks/#header-webhook-event-structure.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import responses
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from notifications import models
from notifications.channels import sns_signature
from tests.notifications import signing
from tests.notifications.builders import a_message, reread
from tests.notifications.signing import Signer

PATIENT = "zaphod@patients.example"
NAME = "Zaphod Beeblebrox"
SUBJECT = f"Visit of {NAME}"
SENTENCE = f"550 5.1.1 <{PATIENT}> is unknown here"
SECRET, NEXT_SECRET = "reports:visibly-fake-1", "reports:visibly-fake-2"
ANYMAIL: dict[str, Any] = {
    "WEBHOOK_SECRET": [SECRET],
    "MAILGUN_WEBHOOK_SIGNING_KEY": str(Signer.PROVIDER),
    "MAILERSEND_SIGNING_SECRET": str(Signer.PROVIDER),
    "RESEND_SIGNING_SECRET": signing.svix_secret(Signer.PROVIDER),
}
"""What an installation sets that may be reported to by any of them."""
PROVIDER_ID = "<20260504101500.1@mail.clinic.example>"
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


@contextmanager
def taken(settings: Settings) -> Iterator[responses.RequestsMock]:
    """An installation that any provider may report to, and Amazon's certificate where it belongs."""
    settings.ANYMAIL = dict(ANYMAIL)
    sns_signature.key_at.cache_clear()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        network.get(signing.CERTIFICATE, body=signing.amazons_certificate())
        yield network
    sns_signature.key_at.cache_clear()


def a_sent_message() -> models.Message:
    """An email that the provider took."""
    message = a_message(to=PATIENT, to_name=NAME, subject=SUBJECT)
    known = models.Message.objects.filter(pk=message.pk)
    known.update(state="sent", due_at=None, provider_message_id=PROVIDER_ID)
    return reread(message)


def as_json(shape: dict[str, Any] | list[Any]) -> bytes:
    """A body as it travels."""
    return json.dumps(shape).encode()


def mailgun(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.PROVIDER) -> Report:
    """Signed inside the body; the signature's token names the event."""
    token = hashlib.sha256(f"{event}{kind}".encode()).hexdigest()[:50]
    signature = signing.mailgun(SECONDS, token, signer=signer)
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


def postmark(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.NOBODY) -> Report:
    """Flat JSON, unsigned; only bounces and complaints have an id."""
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


def amazon_ses(
    kind: str, message: str, *, event: str = "1", signer: Signer = Signer.PROVIDER, version: str = "1"
) -> Report:
    """An event of SES's as text inside a notification of SNS's, which is signed and travels as text/plain."""
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
    return by_sns(signing.sns(sns, signer=signer, version=version))


def by_sns(message: dict[str, str]) -> Report:
    """A post of Amazon SNS's."""
    told = {"x-amz-sns-message-type": message["Type"], "x-amz-sns-message-id": message["MessageId"]}
    return Report("/anymail/amazon_ses/tracking/", as_json(message), told, content_type="text/plain; charset=UTF-8")


def brevo(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.NOBODY) -> Report:
    """Flat JSON, unsigned and without an id of its own; `ts_epoch` is in milliseconds."""
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


def resend(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.PROVIDER) -> Report:
    """The event's id and the signature are in headers of Svix's, who delivers for Resend."""
    word = {"deferred": "delivery_delayed"}.get(kind, kind)
    data: dict[str, Any] = {"email_id": message, "to": [f"{NAME} <{PATIENT}>"], "subject": SUBJECT}
    if kind == "bounced":
        data["bounce"] = {"message": f"The recipient's email provider sent a hard bounce message: {SENTENCE}"}
    body = as_json({"type": f"email.{word}", "created_at": INSTANT, "data": data})
    return Report("/anymail/resend/tracking/", body, signing.svix(f"msg-{event}-{kind}", body, signer=signer))


def mailersend(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.PROVIDER) -> Report:
    """An activity inside the event, what went wrong inside that; a header signs the body."""
    word = {"bounced": "hard_bounced", "complained": "spam_complaint"}.get(kind, kind)
    wrong = {"object": "recipient_bounce", "reason": SENTENCE} if kind == "bounced" else None
    activity = {
        "object": "activity",
        "id": f"mailersend-{event}-{kind}",
        "type": word,
        "created_at": INSTANT,
        "email": {
            "object": "email",
            "subject": SUBJECT,
            "message": {"object": "message", "id": message},
            "recipient": {"object": "recipient", "email": PATIENT},
        },
        "morph": wrong,
    }
    body = as_json({"type": f"activity.{word}", "created_at": INSTANT, "data": activity})
    return Report("/anymail/mailersend/tracking/", body, signing.mailersend(body, signer=signer))


def sparkpost(kind: str, message: str, *, event: str = "1", signer: Signer = Signer.NOBODY) -> Report:
    """A batch of one, unsigned."""
    return by_sparkpost(of_sparkpost(kind, message, event=event))


def by_sparkpost(*events: dict[str, Any]) -> Report:
    """A batch of SparkPost's."""
    return Report("/anymail/sparkpost/tracking/", as_json(list(events)))


def of_sparkpost(kind: str, message: str, *, event: str = "1") -> dict[str, Any]:
    """One event of a batch."""
    word = {"delivered": "delivery", "bounced": "bounce", "deferred": "delay", "complained": "spam_complaint"}
    about = {
        "type": word.get(kind, "open"),
        "event_id": f"sparkpost-{event}-{kind}",
        "transmission_id": message,
        "timestamp": str(SECONDS),
        "raw_rcpt_to": PATIENT,
        "subject": SUBJECT,
    }
    wrong = {"bounce_class": "30", "raw_reason": SENTENCE} if kind == "bounced" else {}
    return {"msys": {"track_event" if kind == "opened" else "message_event": about | wrong}}


Told = Callable[..., Report]
PROVIDERS: dict[str, Told] = {
    "Mailgun": mailgun,
    "Postmark": postmark,
    "Amazon SES": amazon_ses,
    "Brevo": brevo,
    "Resend": resend,
    "MailerSend": mailersend,
    "SparkPost": sparkpost,
}
SIGNING: dict[str, Told] = {name: PROVIDERS[name] for name in ("Mailgun", "Amazon SES", "Resend", "MailerSend")}
"""Those of them that sign what they post; the others have the webhook secret alone."""
