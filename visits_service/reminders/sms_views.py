"""Twilio's doors: `POST /webhooks/sms/inbound/` brings what people write, `/webhooks/sms/status/` what became of ours.

Verified over the public address, whatever a proxy made of it; `answers` and `reports` do what follows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from notifications.sms import configuration, twilio_webhooks
from notifications.sms.twilio_webhooks import Form, Refused
from servicekit.celery import nudge
from visits_service.reminders import answers, reports, tasks

log = structlog.get_logger(__name__)

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that sends no reply: https://www.twilio.com/docs/messaging/twiml."""
MOST_FIELDS = 200
"""Twilio posts about thirty."""
STATUSES = {"method_not_post": 405, "body_too_large": 413}
"""What isn't simply forbidden."""

Verified = Callable[[str, Form], HttpResponse]
View = Callable[[HttpRequest], HttpResponse]


def from_twilio(view: Verified) -> View:
    """The view, called with the public address and the form of a post that is Twilio's.

    Refused: an empty 403, 405 or 413, and a line that tells the operator why. Database away: 503; Twilio repeats the
    post if the address that it was given ends in `#rp=5xx`, which is its connection override for that:
    https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
    """

    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        try:
            url, form = public_address(request), posted(request)
            twilio_webhooks.verify(
                url,
                form,
                signature=request.headers.get("X-Twilio-Signature", ""),
                auth_tokens=configuration.several("TWILIO_AUTH_TOKEN"),
            )
            return view(url, form)
        except Refused as refusal:
            log.warning("sms_webhook_refused", door=view.__name__, reason=refusal.code, hint=refusal.advice)
            return empty(STATUSES.get(refusal.code, 403))
        except (OperationalError, InterfaceError) as away:
            hint = "the database is away; Twilio repeats the post if the address it was given ends in #rp=5xx"
            log.error("sms_webhook_not_kept", door=view.__name__, error=type(away).__name__, hint=hint)
            return empty(503)

    return door


@from_twilio
def inbound(_url: str, form: Form) -> HttpResponse:
    """Keep what somebody wrote and do what they ask for; no reply."""
    answers.by_sms(twilio_webhooks.inbound(form), at=timezone.now())
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


@from_twilio
def status(url: str, form: Form) -> HttpResponse:
    """Note what became of a message of ours; what didn't arrive is looked after at once."""
    report = twilio_webhooks.status(url, form)
    reports.take(report, at=timezone.now())
    if report.reason:
        nudge(tasks.follow_up_failures)
    return empty(200)


def public_address(request: HttpRequest) -> str:
    """The address that Twilio called, whatever host a proxy has put into the request."""
    query = request.META.get("QUERY_STRING", "")
    return settings.PUBLIC_URL.rstrip("/") + request.path_info + (f"?{query}" if query else "")


def posted(request: HttpRequest) -> Form:
    """The form as it came. Raises `Refused` for what can't be one of Twilio's."""
    if request.method != "POST":
        raise Refused("method_not_post", "have Twilio POST: a browser or a monitor came by, or Twilio is set to GET")
    try:
        return parse_qs(request.body.decode(), keep_blank_values=True, strict_parsing=False, max_num_fields=MOST_FIELDS)
    except RequestDataTooBig:
        raise Refused("body_too_large", "the body is over 1 MiB, and nothing of Twilio's is") from None
    except ValueError:
        raise Refused(
            "body_not_form", "the body isn't a form in UTF-8: it isn't Twilio's, or a proxy changed it"
        ) from None


def empty(status: int) -> HttpResponse:
    """An answer that says how empty it is."""
    return HttpResponse(status=status, headers={"Allow": "POST", "Content-Length": "0"})
