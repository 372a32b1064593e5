"""A group of clinics: its own is that of tests/conftest.py, two more have connected accounts and a file.

Without Django's models, as a conftest imports it.
"""

from __future__ import annotations

from pathlib import Path

from pytest_django import Settings

from payments_service.config import clinics
from payments_service.receipting import profiles
from tests.receipts.builders import a_logo

MUNICH, BOSTON, FORGOTTEN = "acct_1Munich", "acct_1Boston", "acct_1Forgotten"
FILE = f"""
[{MUNICH}]
name = "Praxis am Markt"
address = "Marktplatz 1\\n80331 München"
tax_id = "DE 000 000 001"
tax_note = "Umsatzsteuerfrei nach § 4 Nr. 14 UStG."
phone = "+49 89 0000 0000"
logo = "munich.png"
colour = "#7c2d12"
reply_to = "empfang@praxis.example"
sender = "Praxis am Markt <rechnung@praxis.example>"
time_zone = "Europe/Berlin"
locale = "de"
series = "MU"

[{BOSTON}]
name = "Harbor Clinic"
address = "1 Harbor Street\\nBoston, MA 02110"
time_zone = "America/New_York"
locale = "en-US"
series = "BO"
"""
FORGOTTEN_TABLE = f"""
[{FORGOTTEN}]
name = "Forgotten Clinic"
series = "FO"
"""


def describe(settings: Settings, folder: Path, text: str = FILE) -> None:
    """Start anew with a file of that text, as a restarted process does."""
    (folder / "munich.png").write_bytes(a_logo("brown"))
    file = folder / "clinics.toml"
    file.write_text(text, encoding="utf-8")
    settings.CLINIC_ACCOUNTS_FILE = str(file)
    settings.CLINIC_PROFILES = clinics.read(str(file), own=profiles.own(lambda name: str(getattr(settings, name))))
