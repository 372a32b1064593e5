"""Memory of each process of both services after minutes of steady load, against after one minute of it.

Run: python -m bench.memory [--minutes 10] [--rate 2] [--seed N]

Every process of Procfile, on PostgreSQL and Redis that come with pip, with a mail server on loopback. So many times a
second a payment's four events come in, shuffled, and a visit is booked for tomorrow, whose reminders go out at once.
The clock starts when a burst of them has gone all the way, which loads what a process loads with the first of a kind.
Exit code 1 when a process has grown by more than promised, or when the letters of a minute haven't gone out at the end.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import figures, load, paying, servers, usage
from bench.figures import Figure
from scripts import processes, stack, stopping
from tests.notifications.mail_server import MailServer

MOST_GROWTH = 1.15
FIRST_LOOK = 0.1
"""The part of the time after which every process has done each kind of its work many times: of ten minutes, one."""

PATIENTS = "@patients.example"
"""Whom reminders go to, and no receipt."""

LOOKS = 60
Look = tuple[float, dict[str, float]]
"""The minute, and megabytes by process."""

TOKEN = "visibly-fake-token-of-the-bench-0123456789"  # noqa: S105 - visibly fake
MOST_BEHIND_SECONDS = 60.0
AT_ONCE, FIRST_SECONDS = 40, 180.0
"""What goes through before the clock starts, and how long it may take."""


class Counter(MailServer):
    """A mail server that keeps nothing: else this process would be the one that grows."""

    receipts = reminders = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take it, count it and forget it."""
        answer = await super().handle_DATA(server, session, envelope)
        ours = sum(str(each).endswith(PATIENTS) for each in envelope.rcpt_tos)
        self.reminders += ours
        self.receipts += len(envelope.rcpt_tos) - ours
        self.taken.clear()
        self.recipients.clear()
        return answer


@dataclass(frozen=True, slots=True)
class Services:
    """What runs: where events and visits go, where letters arrive, and each process by the name that it is known by."""

    payments: int
    visits: int
    mail: Counter
    roots: Mapping[str, int]

    def memory(self) -> dict[str, float]:
        """Megabytes of each process and its children, by name and, where one has several, by number."""
        found = {}
        for name, root in self.roots.items():
            for number, (_, megabytes) in enumerate(sorted(usage.memory_of(usage.family(root)).items())):
                found[f"{name} {number}"] = megabytes
        return found


def main() -> int:
    """Load, look, judge."""
    args = arguments()
    print(f"seed {args.seed}")
    with running() as services:
        looks = loaded(services, args)
    return judged(looks, minutes=args.minutes)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=2.0, help="payments, and visits, a second")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    return parser.parse_args()


@contextmanager
def running() -> Iterator[Services]:
    """Both services, ready."""
    mail = Counter()
    mail.start()
    with ExitStack() as started:
        started.callback(mail.stop)
        logs = Path(started.enter_context(tempfile.TemporaryDirectory()))
        changes = {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "SMS_BACKEND": "notifications.sms.file.Backend",
            "SMS_FILE_PATH": str(logs / "sms"),
            "API_TOKENS": TOKEN,
        }
        roots: dict[str, int] = {}
        ports: dict[str, int] = {}
        for service in (stack.PAYMENTS, stack.VISITS):
            here = started.enter_context(servers.started(f"{service}_service", **changes))
            web = started.enter_context(servers.gunicorn(f"{service}_service.config.wsgi", here.env))
            ports[service], roots[f"{service}-web"] = web
            for name in (f"{service}-worker", f"{service}-beat"):
                roots[name] = started.enter_context(servers.procfile(name, here.env, log=logs / name))
        yield Services(ports[stack.PAYMENTS], ports[stack.VISITS], mail, roots)


def loaded(services: Services, args: argparse.Namespace) -> list[Look]:
    """Load them evenly for so many minutes; looks at their memory, each with its minute."""
    seconds, choose = args.minutes * 60, random.Random(args.seed)
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {TOKEN}"
    warm_up(services, api)
    looks: list[Look] = []
    started = time.monotonic()
    for number in itertools.count(1):
        now = time.monotonic() - started
        if now >= len(looks) * seconds / LOOKS:
            looks.append((now / 60, services.memory()))
        if now >= seconds:
            break
        one_of_each(services, api, number=number, seed=choose.randrange(10**6))
        time.sleep(max(0.0, number / args.rate - (time.monotonic() - started)))
    arrived(services, expected(args), within=MOST_BEHIND_SECONDS)
    return [*looks, ((time.monotonic() - started) / 60, services.memory())]


def warm_up(services: Services, api: requests.Session) -> None:
    """So many at once that each process of a pool has some, until all have letters; a due scan may be a minute off.

    Of what comes evenly the first process of a pool does nearly all, and the second would begin in some later minute.
    """
    for number in range(-AT_ONCE, 0):
        one_of_each(services, api, number=number, seed=number)
    arrived(services, AT_ONCE, within=FIRST_SECONDS)


def arrived(services: Services, letters: int, *, within: float) -> None:
    """Wait until so many letters of each kind have come. Raises Trouble when they don't within these seconds."""
    mail = services.mail
    processes.eventually(
        lambda: min(mail.receipts, mail.reminders) >= letters,
        lambda: f"{mail.receipts} receipts and {mail.reminders} reminders of {letters} each",
        within=within,
    )


def one_of_each(services: Services, api: requests.Session, *, number: int, seed: int) -> None:
    """A payment and a visit. Raises Trouble when one isn't taken."""
    requests_of_payment = paying.requests(paying.payments(1, seed=seed), services.payments)
    if refused := load.burst(services.payments, requests_of_payment, connections=1).refused:
        raise processes.Trouble(f"an event was refused: {refused[0]}")
    patient = {
        "external_id": f"patient-{number}",
        "name": f"Żaneta Gąsiorowska {number}",
        "email": f"patient-{number}{PATIENTS}",
        "phone": f"+48601{number % 10**6:06}",
        "locale": "pl",
    }
    tomorrow = (datetime.now(UTC) + timedelta(hours=23)).isoformat(timespec="seconds")
    body: dict[str, Any] = {"starts_at": tomorrow, "timezone": "Europe/Warsaw", "patient": patient}
    address = f"http://127.0.0.1:{services.visits}/api/v1/visits/visit-{number}"
    api.put(address, json=body, headers={"X-Forwarded-Proto": "https"}, timeout=30).raise_for_status()


def expected(args: argparse.Namespace) -> int:
    """Letters of each kind that have to be out by the end: those of all but the last minute's payments and visits."""
    return max(1, int((args.minutes * 60 - MOST_BEHIND_SECONDS) * args.rate))


def judged(looks: list[Look], *, minutes: float) -> int:
    """Each process's memory early and at the end, the promise, and whether it holds. Raises Trouble if one is gone."""
    early = next(found for minute, found in looks if minute >= minutes * FIRST_LOOK)
    end = looks[-1][1]
    if early.keys() != end.keys():
        raise processes.Trouble(f"not the same processes any more: {', '.join(early.keys() ^ end.keys())}")
    grown = {name: end[name] / before for name, before in early.items()}
    print(f"{'MB of each process':<28}{f'{minutes * FIRST_LOOK:.0f} min':>10}{f'{minutes:.0f} min':>10}")
    for name in grown:
        print(f"{name:<28}{early[name]:>10.0f}{end[name]:>10.0f}")
    worst = max(grown, key=lambda name: grown[name])
    said = f"{worst}: {end[worst]:.0f} and {early[worst]:.0f} MB; all: {sum(end.values()):.0f} MB"
    what = f"memory after {minutes:.0f} minutes of load / after {minutes * FIRST_LOOK:.0f}, the worst process"
    curve = [(minute, sum(found.values())) for minute, found in looks]
    return figures.report(
        [Figure(what, grown[worst], most=MOST_GROWTH, said=said, steady=True)],
        {"MB of all processes after minutes of load": curve},
    )


if __name__ == "__main__":
    sys.exit(stopping.run(main))
