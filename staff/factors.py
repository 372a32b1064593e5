"""The second factor: an app that shows a code, recovery codes for when it is lost, and what is still missing.

The keys and the throttling are django-otp's: a code counts once, and each wrong one doubles the wait for the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import django_otp
import segno
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import fingerprints

Somebody = AbstractBaseUser | AnonymousUser
CODES = 10
APP, PAPER = "app", "recovery codes"


@dataclass(frozen=True, slots=True)
class Given:
    """What came of a code: the device that took it, or how long none is taken any more."""

    device: TOTPDevice | StaticDevice | None
    closed_until: datetime | None = None


def missing(user: Somebody, *, required: bool) -> str:
    """What somebody who gave their password has to do yet, by the name of its page: `code`, `set_up` or nothing."""
    if user.is_verified():  # type: ignore[union-attr]  # from django-otp's middleware
        return ""
    if has_app(user):
        return "code"
    return "set_up" if required else ""


def app_of(user: Somebody) -> TOTPDevice | None:
    """Their app, once it is set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def has_app(user: Somebody) -> bool:
    """Whether they have set one up."""
    return app_of(user) is not None


def codes_left(user: Somebody) -> int:
    """How many recovery codes haven't been used."""
    return int(StaticToken.objects.filter(device__user=user, device__confirmed=True).count())


def in_preparation(user: Somebody) -> TOTPDevice:
    """The app that is being set up: it has a key, and counts once a code of it was given."""
    return prepared(user) or TOTPDevice.objects.create(user=user, confirmed=False, name=APP)


def prepared(user: Somebody, *, for_update: bool = False) -> TOTPDevice | None:
    """The one that was begun first, should two windows have begun one each."""
    devices = TOTPDevice.objects.select_for_update() if for_update else TOTPDevice.objects.all()
    return devices.filter(user=user, confirmed=False).order_by("pk").first()


def drawn(device: TOTPDevice) -> SafeString:
    """The key as a QR code for the app's camera: SVG with attributes only, which a strict policy lets through."""
    code = segno.make(device.config_url, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=5, light="white"))  # noqa: S308 - drawn here, of squares


@transaction.atomic
def set_up(user: Somebody, code: str) -> list[str]:
    """Take the app that is being prepared if the code is its own, instead of the one before; its new recovery codes.

    No codes where it isn't.
    """
    device = prepared(user, for_update=True)
    if device is None:
        return []
    device.throttle_reset(commit=False)  # its key is on the page: there is nothing to guess, and no reason to wait
    if not device.verify_token(code):
        return []
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return new_codes(user)


@transaction.atomic
def new_codes(user: Somebody) -> list[str]:
    """Ten fresh recovery codes, to be shown once; those before count no more, and only fingerprints are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=PAPER)
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=fingerprints.of_code(code)[0]) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


@transaction.atomic
def give(user: Somebody, code: str) -> Given:
    """Try a code of the app, or a recovery code; a recovery code is spent by it."""
    digits = "".join(code.split())
    of_app = digits.isdecimal()
    kind, token = (TOTPDevice, digits) if of_app else (StaticDevice, kept_as(user, code))
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return Given(None)
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return Given(None, closed_until=why["locked_until"])
    return Given(device if device.verify_token(token) else None)


def kept_as(user: Somebody, code: str) -> str:
    """How a recovery code is kept, under whichever key it was made; as it would be now if it is none."""
    possible = fingerprints.of_code(code)
    known = StaticToken.objects.filter(device__user=user, token__in=possible).first()
    return known.token if known else possible[0]


def reset(user: Somebody) -> int:
    """Forget somebody's app and codes, for whom has lost both; how many devices there were."""
    return sum(1 for device in django_otp.devices_for_user(user, confirmed=None) if device.delete())
