"""`python -m payments_service doctor`: whether this installation is well, and if not, what is to be done."""

from __future__ import annotations

from payments_service.operating.doctor.checks import CHECKS
from servicekit.doctor.command import Doctor


class Command(Doctor):
    """Changes nothing but a small file that it deletes again."""

    help = "Check settings, database, broker, worker, Stripe, mail, storage and clock; exit code 1 when one is wrong."
    checks = CHECKS
