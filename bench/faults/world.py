"""All that runs during a run: servers, services, and who is outside; `run` has things die in it."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults import production, servers
from bench.faults.mail import MailServer
from bench.faults.promises import Line
from bench.faults.supervised import Supervised, supervised
from bench.faults.texts import TextServer
from scripts import embedded, processes
from scripts.stack import ROOT

LOGS = ROOT / "var" / "chaos"


@dataclass(frozen=True, slots=True)
class World:
    """All that runs."""

    services: production.Services
    postgresql: servers.PostgreSQL
    redis: embedded.Redis
    mail: MailServer
    twilio: TextServer
    processes: Supervised

    @property
    def databases(self) -> dict[str, str]:
        """Where the rows of each service are."""
        return {service: self.postgresql.url(service) for service in servers.SERVICES}

    @property
    def happenings(self) -> Counter[str]:
        """What the mail server and Twilio did wrong, and how often."""
        return self.mail.ways.counts + self.twilio.ways.counts + self.twilio.looks.counts

    def misbehave(self, on: bool) -> None:
        """The mail server and Twilio do from now on, or no more."""
        self.mail.ways.on = on
        self.twilio.misbehave(on)

    def ways_that_came(self, *, letters: int, texts: int) -> list[Line]:
        """Whether all came that so many letters and texts are enough for."""
        return [
            self.mail.ways.line("ways in which the mail server failed", messages=letters),
            self.twilio.ways.line("ways in which Twilio failed", messages=texts),
        ]


@contextmanager
def world(seed: int) -> Iterator[World]:
    """Servers and services, ready to work; nothing of it is left behind."""
    with ExitStack() as stack:
        stack.enter_context(only_run(LOGS))
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp")))
        postgresql = stack.enter_context(servers.postgresql(directory / "postgresql"))
        redis = stack.enter_context(embedded.redis_server(directory / "redis"))
        mail = MailServer(seed=seed)
        mail.start()
        stack.callback(mail.stop)
        twilio = TextServer(seed=seed)
        stack.callback(twilio.stop)
        services = production.services(
            directory, postgresql=postgresql, redis_url=redis.url, email_url=mail.url, twilio_url=twilio.address
        )
        for service in servers.SERVICES:
            processes.run_command(
                f"{service}_service", "migrate", "--verbosity", "0", env=services.env[f"{service}-web"]
            )
        running = stack.enter_context(supervised(services, logs=empty(LOGS)))
        processes.eventually(
            lambda: len(running.well_at) == len(services.commands),
            lambda: f"not all of {', '.join(services.commands)} can work; {LOGS} says why",
            within=processes.START_SECONDS,
        )
        yield World(services, postgresql, redis, mail, twilio, running)


@contextmanager
def only_run(logs: Path) -> Iterator[None]:
    """Nobody else writes there for the length of the block. Raises Trouble when somebody does already."""
    logs.parent.mkdir(parents=True, exist_ok=True)
    with logs.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise processes.Trouble(f"another run has its logs in {logs}: wait for it, or use another clone") from None
        yield


def empty(directory: Path) -> Path:
    """The folder, with nothing in it from an earlier run."""
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir()
    return directory
