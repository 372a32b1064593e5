"""Stripe's door: `POST /webhooks/stripe/`. Verify, keep, answer; the work happens later in `processing`."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from payments_service.webhooks import handlers, inbox, signature, tasks
from payments_service.webhooks.diagnosis import Refused
from servicekit import correlation
from servicekit.celery import nudge

log = structlog.get_logger(__name__)


@csrf_exempt
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep a verified event and answer at once, with an empty body whatever happens.

    200 kept or known, 4xx refused and logged with what to do, 503 when the database is away, so that Stripe repeats.
    """
    now = timezone.now()
    correlation.begin("")
    try:
        event = signature.verify(
            posted(request),
            request.META.get("HTTP_STRIPE_SIGNATURE", ""),
            secrets=settings.STRIPE_WEBHOOK_SECRETS,
            now=now.timestamp(),
        )
        event_id = inbox.record(event, received_at=now)
    except Refused as refusal:
        log.warning("webhook_refused", reason=refusal.reason, hint=refusal.hint)
        return empty(refusal.status)
    except (OperationalError, InterfaceError) as away:
        log.error(
            "webhook_not_kept", error=type(away).__name__, hint="the database is away; Stripe will repeat the event"
        )
        return empty(503)
    correlation.begin(event.stripe_id)
    if event_id is not None and event.type in handlers.KNOWN:  # the sweeper settles the others, all at once
        nudge(tasks.process_event, event_id=event_id)
    return empty(200)


def empty(status: int) -> HttpResponse:
    """An answer that says how empty it is; else the server would send chunks, in a second packet."""
    return HttpResponse(status=status, headers={"Allow": "POST", "Content-Length": "0"})


def posted(request: HttpRequest) -> bytes:
    """The bytes as they came, at most DATA_UPLOAD_MAX_MEMORY_SIZE of them."""
    if request.method != "POST":
        raise Refused("method_not_post", "Stripe only POSTs: a browser or a monitor came by, or a redirect", status=405)
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused("body_too_large", "the body is over 1 MiB, and no event of Stripe's is", status=413) from None
