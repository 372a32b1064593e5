"""What may differ between the clinics of one installation. Pure; `config.clinics` reads it, `clinic` puts it to use."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One clinic, as it stands on its receipts and in its letters.

    `address` has a line per line, `logo` is the path of an image or empty, `colour` is #rrggbb, `time_zone` a name of
    IANA's. `reply_to` and `sender` are an address or `Name <address>`; an empty `sender` is `DEFAULT_FROM_EMAIL`.
    `series` opens the numbers of the clinic's documents, as in MU-R-2026-000001; with an empty one they count with the
    installation's own.
    """

    name: str
    address: str = ""
    tax_id: str = ""
    tax_note: str = ""
    logo: str = ""
    colour: str = "#0f766e"
    phone: str = ""
    reply_to: str = ""
    time_zone: str = "UTC"
    locale: str = "en"
    series: str = ""
    sender: str = ""


KEYS = tuple(field.name for field in dataclasses.fields(Profile))
ACCOUNTS_ONLY = ("series", "sender")
"""What the installation's own clinic has no setting for."""


def own(setting: Callable[[str], str]) -> Profile:
    """The clinic of the installation itself; `setting` gives the value of `CLINIC_NAME` and its like."""
    return Profile(**{key: setting(f"CLINIC_{key.upper()}") for key in KEYS if key not in ACCOUNTS_ONLY})
