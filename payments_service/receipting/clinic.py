"""Whose receipt it is: the clinic of the account that was paid into, from settings. Neighbour of `snapshots`.

A logo is kept by content, so that old receipts keep theirs.
"""

from __future__ import annotations

import functools
from pathlib import Path

import structlog
from django.conf import settings

from payments_service.payments.models import Payment
from payments_service.receipting import profiles
from payments_service.receipting.profiles import Profile
from receipts import storage
from receipts.snapshot import Clinic
from servicekit.failures import TryLater

log = structlog.get_logger(__name__)


def is_known(account: str) -> bool:
    """Whether it is clear which clinic an account of Stripe's belongs to; an empty one is the installation's own.

    Without CLINIC_ACCOUNTS_FILE there is one clinic, whatever the account.
    """
    return not account or not settings.CLINIC_PROFILES or account in settings.CLINIC_PROFILES


def of(account: str) -> Profile:
    """The clinic that an account belongs to.

    Raises TryLater for an account that CLINIC_ACCOUNTS_FILE should name and doesn't: no receipt yet is better than one
    in the name of another clinic.
    """
    if not is_known(account):
        log.warning("account_has_no_profile", account=account, hint="add its table to CLINIC_ACCOUNTS_FILE and restart")
        raise TryLater(Payment.NO_PROFILE)
    if account in settings.CLINIC_PROFILES:
        found: Profile = settings.CLINIC_PROFILES[account]
        return found
    return profiles.own(functools.partial(getattr, settings))


def on_paper(profile: Profile) -> Clinic:
    """The clinic as its receipts show it, its logo kept among the rows."""
    return shown(profile, logo=storage.keep_logo(logo_file(profile.logo)) if profile.logo else "")


def shown(profile: Profile, *, logo: str) -> Clinic:
    """The clinic as a document shows it, with the logo of that name."""
    return Clinic(
        name=profile.name,
        address=tuple(line.strip() for line in profile.address.splitlines() if line.strip()),
        tax_id=profile.tax_id,
        tax_note=profile.tax_note,
        phone=profile.phone,
        email=profile.reply_to,
        colour=profile.colour,
        logo=logo,
    )


@functools.cache
def logo_file(path: str) -> bytes:
    """The logo's content, read once per process."""
    return Path(path).read_bytes()
