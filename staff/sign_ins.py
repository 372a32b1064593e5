"""Who signed in, who didn't, and who left: Django tells it by signals, and each is put on record."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from staff import recording
from staff.sights import Kind, Sight


@receiver(user_logged_in, dispatch_uid="staff.signed_in")
def signed_in(*, request: HttpRequest, user: User, **_: object) -> None:
    """By password; the second factor has a record of its own."""
    recording.keep(request, Sight(Kind.SIGN_IN, "login"), user=user)


@receiver(user_logged_out, dispatch_uid="staff.signed_out")
def signed_out(*, request: HttpRequest, user: User | None, **_: object) -> None:
    """By the button; a session that ran out leaves nothing."""
    if user:
        recording.keep(request, Sight(Kind.SIGN_OUT, "logout"), user=user)


@receiver(user_login_failed, dispatch_uid="staff.not_signed_in")
def not_signed_in(*, request: HttpRequest | None = None, credentials: Mapping[str, str], **_: object) -> None:
    """The name only where it is a login's: people type passwords into the wrong field."""
    if request is not None:
        known = User.objects.filter(username=credentials.get("username", "")).first()
        recording.keep(request, Sight(Kind.SIGN_IN_REFUSED, "login"), user=known)
