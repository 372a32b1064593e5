"""Where mail providers report, `/anymail/…`: Anymail's own views, each behind a lock that holds before it reads."""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from notifications import messages
from notifications.channels import email_reports, email_tracking, sns_signature

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponse]

CHALLENGE = {"WWW-Authenticate": 'Basic realm="reports"'}
"""Amazon SNS presents its secret only after it was asked for it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a post isn't taken: what is wrong, what an operator should do, and the answer's status."""

    reason: str
    hint: str
    status: int


class Refused(Exception):
    """A post that isn't a report for us."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


NOT_SET = Refusal("secret_not_set", "set ANYMAIL_WEBHOOK_SECRET: until then no report is taken", 403)
MISSING = Refusal("secret_missing", "its address at the provider needs user:password@ before the host", 401)
WRONG = Refusal("secret_wrong", "compare ANYMAIL_WEBHOOK_SECRET with the address at the provider", 401)
UNREADABLE = Refusal("unreadable", "the body isn't what this provider posts", 400)
AWAY = Refusal("not_kept", "the database is away; the provider will repeat the report", 503)
BY_ERROR: dict[type[Exception], Refusal] = {
    AnymailWebhookValidationFailure: Refusal(
        "signature_wrong", "compare the provider's signing key with ANYMAIL_...", 403
    ),
    AnymailConfigurationError: Refusal(
        "misconfigured", "compare Anymail's page on this provider's tracking webhook", 503
    ),
    RequestDataTooBig: Refusal("body_too_large", "the body is over 1 MiB, and no report is", 413),
    sns_signature.Away: Refusal(
        "certificate_away", "let this host reach https://sns.<region>.amazonaws.com; Amazon will repeat it", 503
    ),
    sns_signature.NotConfirmed: Refusal(
        "not_confirmed", "allow sns:ConfirmSubscription to our AWS key, or confirm in the SNS console", 503
    ),
    AnymailError: UNREADABLE,
    messages.Refused: UNREADABLE,
    OperationalError: AWAY,
    InterfaceError: AWAY,
}
"""What a view may raise that isn't a bug of ours, the narrower kinds first."""


class Careful:
    """One of Anymail's views that takes nothing on trust: a post of another shape is refused, and no crash of ours."""

    def run_validators(self, request: HttpRequest) -> None:
        """Anymail's checks of a post, the provider's own signature among them."""
        with another_shape_refused():
            super().run_validators(request)  # type: ignore[misc]  # Anymail's

    def parse_events(self, request: HttpRequest) -> list[Any]:
        """What Anymail reads in a post."""
        with another_shape_refused():
            events: list[Any] = super().parse_events(request)  # type: ignore[misc]  # Anymail's
        return events


@contextmanager
def another_shape_refused() -> Iterator[None]:
    """Raises Refused for what a reader stumbles over that had expected this provider's shape."""
    try:
        yield
    except AnymailError:
        raise
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError):
        raise Refused(UNREADABLE) from None
    except OSError as error:
        if error.errno != errno.EOVERFLOW:  # which the system says of an instant that no calendar has
            raise
        raise Refused(UNREADABLE) from None


def door_of(provider: str) -> View:
    """The door of one provider; behind its lock Anymail's view reads with care, loaded for the first report."""

    @csrf_exempt
    def read(request: HttpRequest) -> HttpResponse:
        return careful_view_of(provider)(request)

    return locked(read)


@functools.cache
def careful_view_of(provider: str) -> View:
    """Anymail's view of one provider, which takes nothing on trust."""
    view_class: Any = email_reports.view_class_of(provider)
    careful: Any = type(view_class.__name__, (Careful, view_class), {})
    view: View = careful.as_view()
    return view


def locked(view: View) -> View:
    """One of Anymail's views, for those who present the webhook secret; a refusal leaves its reason and no more.

    Anymail itself would only warn when no secret is set, and its refusals quote what was posted. A provider's own
    signature is checked by Anymail's view on top.
    """

    @functools.wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method == "POST":
                check_secret(request)
            return received(view, request, *args, **kwargs)
        except Refused as refused:
            refusal = refused.refusal
            log.warning("report_refused", reason=refusal.reason, hint=refusal.hint)
            return empty(refusal.status, CHALLENGE if refusal.status == 401 else {})

    return door


def check_secret(request: HttpRequest) -> None:
    """Return when the post presents one of the secrets. Raises Refused."""
    secrets = email_tracking.webhook_secrets()
    if not secrets:
        raise Refused(NOT_SET)
    given = get_request_basic_auth(request)
    if given is None:
        raise Refused(MISSING)
    fitting = [constant_time_compare(given, secret) for secret in secrets]
    if not any(fitting):
        raise Refused(WRONG)


def received(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What Anymail's view answers. Raises Refused where it raises something that may quote the post."""
    try:
        return view(request, *args, **kwargs)
    except tuple(BY_ERROR) as error:
        raise Refused(next(refusal for kind, refusal in BY_ERROR.items() if isinstance(error, kind))) from None


def empty(status: int, headers: dict[str, str]) -> HttpResponse:
    """An answer that says how empty it is."""
    return HttpResponse(status=status, headers=headers | {"Content-Length": "0"})
