"""`python -m visits_service doctor`: whether this installation is well, and if not, what is to be done."""

from __future__ import annotations

from servicekit.doctor.command import Doctor
from visits_service.operating.doctor.checks import CHECKS


class Command(Doctor):
    """Changes nothing and sends nothing."""

    help = "Check settings, database, broker, workers, mail, SMS, time zones and clock; exit code 1 when one is wrong."
    checks = CHECKS
