"""The open line to the mail provider, one for each thread of a worker process. Used by `email`."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

LONGEST_IDLE = 30.0
"""Seconds after which a line isn't trusted any more: mail servers hang up on the silent, some after a minute."""


class Line(threading.local):
    """What this thread has open, to which place, and when it last carried a message."""

    backend: BaseEmailBackend | None = None
    place: tuple[str, str, int] | None = None
    used_at = 0.0


_line = Line()


def send(mail: EmailMultiAlternatives) -> int:
    """Send on this thread's line, opening it first where needed; how many were sent. Any failure drops the line."""
    sent = False
    try:
        backend = ready()
        number = backend.send_messages([mail])
        sent = True
    finally:
        if not sent:
            drop()
    _line.used_at = time.monotonic()
    return number


def ready() -> BaseEmailBackend:
    """The open line. Django's SMTP backend and Anymail's keep a connection open when `open` was called before."""
    if not is_warm():
        drop()
        _line.backend, _line.place = get_connection(), place()
        _line.backend.open()
    assert _line.backend is not None
    return _line.backend


def is_warm() -> bool:
    """Whether a line is open that carried a message lately."""
    lately = time.monotonic() - _line.used_at <= LONGEST_IDLE
    return _line.backend is not None and lately and _line.place == place()


def place() -> tuple[str, str, int]:
    """Where a line leads: one that was opened to another place isn't used."""
    return settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT


def drop() -> None:
    """Close this thread's line, if any; a server that is gone doesn't hear the goodbye."""
    backend, _line.backend = _line.backend, None
    if backend is not None:
        with suppress(OSError):
            backend.close()
