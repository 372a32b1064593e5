"""How one comes in: a token is read back into the document that it stands for.

Whatever is wrong with a token, the answer is the same, byte for byte, and so is the answer to whoever asks for a fresh
link: nobody learns which links exist, or ever did.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.tasks import deliver_email
from payments_service.receipting import links, renewing
from payments_service.receipting.pages import frame, phrases
from servicekit import afterwards
from servicekit.celery import nudge
from servicekit.pages import limits

View = Callable[..., HttpResponse]
Page = Callable[..., HttpResponse]
"""Takes the token, the document that it stands for, and what else its address names."""


def door(kind: str) -> Callable[[Page], View]:
    """The page behind a token of that kind; a POST asks for a fresh link, with whatever token it comes.

    No CSRF token is asked for: no cookie stands for anybody here.
    """

    def behind(page: Page) -> View:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def view(request: HttpRequest, token: str, **more: str) -> HttpResponse:
            if request.method == "POST":
                return fresh_link(token, kind=kind)
            receipt = links.receipt_of(token, kind=kind)
            if receipt is None:
                return no_such_page()
            if limits.is_used_up(f"receipt:{links.reference_of(receipt)}", deed=False):
                return too_often()
            return page(token, receipt, **more)

        return view

    return behind


def fresh_link(token: str, *, kind: str) -> HttpResponse:
    """One answer for every token, at once: by then nobody has looked at it."""
    afterwards.of_this_process.do(partial(renew, token, kind=kind))
    words = frame.own_words()
    return frame.plain(phrases.of_fresh_link(words=words), clinic=frame.own_clinic(), words=words, status=202)


def renew(token: str, *, kind: str) -> None:
    """Send a fresh link to the address on record, if this one was ever good."""
    receipt = links.receipt_once_of(token, kind=kind)
    if receipt and not limits.is_used_up(f"receipt:{links.reference_of(receipt)}", deed=True):
        message_id = renewing.send_fresh_link(receipt, now=timezone.now())
        if message_id is not None:
            nudge(deliver_email, message_id=message_id)


def no_such_page() -> HttpResponse:
    """For every token that isn't good here."""
    words = frame.own_words()
    said = dict(phrases.of_no_page(words=words))
    return frame.page("receipting/pages/no_page.html", said, clinic=frame.own_clinic(), words=words, status=404)


def too_often() -> HttpResponse:
    """For a link that is used by a machine."""
    words = frame.own_words()
    return frame.plain(phrases.of_too_often(words=words), clinic=frame.own_clinic(), words=words, status=429)
