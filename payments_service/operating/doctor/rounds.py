"""The doctor's rounds: every organ at once, each for itself, none for longer than a few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection

from payments_service.operating.doctor import findings
from payments_service.operating.doctor.findings import Finding
from payments_service.operating.doctor.judging import broker as judge_broker
from payments_service.operating.doctor.judging import database as judge_database
from payments_service.operating.doctor.judging import machine as judge_machine
from payments_service.operating.doctor.judging import mail as judge_mail
from payments_service.operating.doctor.judging import settings as judge_settings
from payments_service.operating.doctor.judging import stripe as judge_stripe
from payments_service.operating.doctor.probing import broker, database, machine, mail, stripe
from payments_service.operating.doctor.probing import settings as settings_read

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 12.0
Examine = Callable[[], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with the organ that it is about."""

    check: str
    finding: Finding


CHECKS: Mapping[str, Examine] = {
    "settings": lambda: judge_settings.judge(settings_read.look()),
    "database": lambda: judge_database.judge(database.look(), debug=settings.DEBUG),
    "broker": lambda: judge_broker.judge(broker.look()),
    "worker and Beat": lambda: judge_broker.pulse(broker.pulse()),
    "Stripe key": lambda: judge_stripe.key(stripe.key()),
    "Stripe endpoint": lambda: judge_stripe.endpoint(stripe.endpoint()),
    "webhook door": lambda: judge_stripe.door(stripe.door()),
    "mail provider": lambda: judge_mail.provider(mail.look()),
    "mail sender": lambda: judge_mail.sender(mail.sender_domain(), debug=settings.DEBUG),
    "libraries": lambda: judge_machine.libraries(machine.remarks(), machine.versions()),
    "storage": lambda: judge_machine.files(machine.files()),
    "disk": lambda: judge_machine.room(machine.free()),
    "clock": lambda: judge_machine.clock(machine.clock_skews()),
}


def examine_all(checks: Mapping[str, Examine] = CHECKS, *, longest: float = LONGEST_SECONDS) -> list[Line]:
    """Every line, in the order of the checks; one that crashes or hangs (seconds) is a finding of its own."""
    found: dict[str, Sequence[Finding]] = {}
    threads = [threading.Thread(target=examine, args=(name, checks[name], found), daemon=True) for name in checks]
    end = time.monotonic() + longest
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return [Line(name, finding) for name in checks for finding in found.get(name) or [hanging(longest)]]


def examine(name: str, check: Examine, found: dict[str, Sequence[Finding]]) -> None:
    """One check in a thread of its own, with a connection of its own."""
    try:
        found[name] = check()
    except Exception as crash:  # it is told as a line of its own, and must not silence the others
        found[name] = [crashed(crash)]
    finally:
        connection.close()


def crashed(crash: Exception) -> Finding:
    """The class alone: its words may hold what nobody should read."""
    log.debug("doctor_check_crashed", error=type(crash).__name__)
    return findings.wrong(f"the check itself failed ({type(crash).__name__})", "Report it, as this is a bug.")


def hanging(longest: float) -> Finding:
    """No answer in time."""
    return findings.wrong(f"no answer within {longest:.0f} s", "See what it waits for: a network, a name, a disk.")
