"""Where mail providers report, `/anymail/…`: Anymail's own views, each behind a lock that holds before it reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from json import JSONDecodeError
from typing import Any

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from notifications.channels import email_tracking

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponse]

CHALLENGE = {"WWW-Authenticate": 'Basic realm="reports"'}
"""Amazon SNS presents its secret only after it was asked for it."""


class Refused(Exception):
    """A post that isn't a report for us: what is wrong, what an operator should do, and the answer's status."""

    def __init__(self, reason: str, hint: str, *, status: int) -> None:
        super().__init__(reason)
        self.reason, self.hint, self.status = reason, hint, status


def locked(view: View) -> View:
    """One of Anymail's views, for those who present the webhook secret; a refusal leaves its reason and no more.

    Anymail itself would only warn when no secret is set, and its refusals quote what was posted. A provider's own
    signature is checked by Anymail's view on top.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method == "POST":
                check_secret(request)
            return received(view, request, *args, **kwargs)
        except Refused as refusal:
            log.warning("report_refused", reason=refusal.reason, hint=refusal.hint)
            return empty(refusal.status, CHALLENGE if refusal.status == 401 else {})

    return door


def check_secret(request: HttpRequest) -> None:
    """Return when the post presents one of the secrets. Raises Refused."""
    secrets = email_tracking.webhook_secrets()
    if not secrets:
        raise Refused("secret_not_set", "set ANYMAIL_WEBHOOK_SECRET: until then no report is taken", status=403)
    given = get_request_basic_auth(request)
    if given is None:
        raise Refused("secret_missing", "its address at the provider needs user:password@ before the host", status=401)
    fitting = [constant_time_compare(given, secret) for secret in secrets]
    if not any(fitting):
        raise Refused("secret_wrong", "compare ANYMAIL_WEBHOOK_SECRET with the address at the provider", status=401)


def received(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What Anymail's view answers. Raises Refused where it raises something that quotes the post."""
    try:
        return view(request, *args, **kwargs)
    except AnymailWebhookValidationFailure:
        raise Refused("signature_wrong", "compare the provider's signing key with ANYMAIL_...", status=403) from None
    except AnymailConfigurationError:
        raise Refused(
            "misconfigured", "compare Anymail's page on this provider's tracking webhook", status=503
        ) from None
    except RequestDataTooBig:
        raise Refused("body_too_large", "the body is over 1 MiB, and no report is", status=413) from None
    except (AnymailError, JSONDecodeError, UnicodeDecodeError):
        raise Refused("unreadable", "the body isn't what this provider posts", status=400) from None
    except (OperationalError, InterfaceError):
        raise Refused("not_kept", "the database is away; the provider will repeat the report", status=503) from None


def empty(status: int, headers: dict[str, str]) -> HttpResponse:
    """An answer that says how empty it is."""
    return HttpResponse(status=status, headers=headers | {"Content-Length": "0"})
