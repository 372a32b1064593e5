"""The clinic as its letters and texts name it, from settings. For `writing` and `preview_sms`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """Name, address line by line, phone as it is read, colour as `#rrggbb`, and the address that emails come from."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    colour: str = "#0f766e"
    sender: str = ""


def profile() -> Clinic:
    """The clinic of this installation."""
    return Clinic(
        name=settings.CLINIC_NAME,
        address=lines_of(settings.CLINIC_ADDRESS),
        phone=settings.CLINIC_PHONE,
        colour=settings.CLINIC_COLOUR,
        sender=address_of(settings.DEFAULT_FROM_EMAIL),
    )


@functools.cache
def lines_of(address: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in address.splitlines() if line.strip())


@functools.cache
def address_of(mailbox: str) -> str:
    """`name@example.org` out of `Name <name@example.org>`."""
    return parseaddr(mailbox)[1]
