"""Members of staff at the admin, in browsers that come over https from an address of their own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import matrix

PASSWORD = "visibly-fake-password"
ADDRESS = "192.0.2.7"
LOGIN = "/admin/login/"


def a_browser(address: str = ADDRESS) -> Client:
    """Nobody yet."""
    return Client(headers={"X-Forwarded-Proto": "https"}, REMOTE_ADDR=address)


def a_login(name: str = "grace", *, role: str = "Front desk") -> User:
    """A member of staff with that role, and a password."""
    user = matrix.staff_with(role)
    user.username = name
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(browser: Client, name: str = "grace", password: str = PASSWORD) -> Any:
    """What the form answers."""
    return browser.post(LOGIN, {"username": name, "password": password, "next": "/admin/"})


def signed_in(user: User) -> Client:
    """A browser of theirs that has their session, without the form."""
    browser = a_browser()
    browser.force_login(user)
    return browser


def code_of(device: TOTPDevice, *, later: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    return f"{totp(device.bin_key, step=device.step, t0=device.t0 - later * device.step):06d}"
