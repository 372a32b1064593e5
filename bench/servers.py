"""The servers that the bench runs on, and the environments of both services there: production's, visibly fake."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import load
from scripts import embedded, processes, stack

SECRET = "whsec_bench"  # noqa: S105 - visibly fake
SHARED = {
    "SECRET_KEY": "bench-only-" * 6,
    "CLINIC_NAME": "Klinika Przykładowa",
    "CLINIC_ADDRESS": "Long Street 1\n00-001 Warsaw",
    "CLINIC_PHONE": "+48 22 555 01 00",
    "LOG_LEVEL": "WARNING",
}
PAYMENTS = {
    "DJANGO_SETTINGS_MODULE": "payments_service.config.settings",
    "PUBLIC_URL": "https://payments.clinic.example",
    "ALLOWED_HOSTS": "127.0.0.1",
    "STRIPE_WEBHOOK_SECRETS": SECRET,
    "STRIPE_API_KEY": "",
    "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-benches-only-0=",
    "RECEIPT_SETTLE_SECONDS": "0",
    "DEFAULT_FROM_EMAIL": "Clinic <receipts@clinic.example>",
}
VISITS = {
    "DJANGO_SETTINGS_MODULE": "visits_service.config.settings",
    "PUBLIC_URL": "https://visits.clinic.example",
    "ALLOWED_HOSTS": "127.0.0.1",
    "DEFAULT_FROM_EMAIL": "Clinic <visits@clinic.example>",
    "SMS_BACKEND": "notifications.sms.memory.Backend",
    "QUIET_HOURS": "none",
}
OF_SERVICE = {"payments_service": PAYMENTS, "visits_service": VISITS}


@dataclass(frozen=True, slots=True)
class Servers:
    """A migrated database, which syncs each commit to disk, and a Redis; the environment that leads there."""

    env: dict[str, str]
    redis: embedded.Redis
    database: Path

    @property
    def pids(self) -> dict[str, int]:
        """The servers' process ids."""
        postmaster = int((self.database / "postmaster.pid").read_text().splitlines()[0])
        return {"PostgreSQL": postmaster, "Redis": self.redis.process.pid if self.redis.process else 0}


@contextmanager
def started(service: str, **changes: str) -> Iterator[Servers]:
    """The servers for the length of the block. Emails go nowhere unless `changes` says so."""
    with ExitStack() as running:
        directory = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = running.enter_context(embedded.redis_server(directory / "redis"))
        env = {
            **stack.surroundings(),
            **SHARED,
            **OF_SERVICE[service],
            "DATABASE_URL": running.enter_context(embedded.postgresql_url(directory / "postgresql")),
            "REDIS_URL": redis.url,
            "EMAIL_URL": "memory://",
            "MEDIA_ROOT": str(directory / "media"),
            "BEAT_SCHEDULE": str(directory / "beat"),
            **changes,
        }
        processes.run_command(service, "migrate", "--verbosity", "0", env=env)
        yield Servers(env, redis, directory / "postgresql")


@contextmanager
def gunicorn(module: str, env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The application as Procfile runs it, on a free port; the port, and the server's process id."""
    port = embedded.free_port()
    command = f"{sys.executable} -m gunicorn {module} --config python:servicekit.gunicorn --bind 127.0.0.1:{port}"
    with processes.background(command, env=env) as process:
        processes.eventually(lambda: load.answers(port), f"{module} did not answer", within=processes.START_SECONDS)
        yield port, process.pid


@contextmanager
def procfile(name: str, env: dict[str, str], *, log: Path) -> Iterator[int]:
    """One of Procfile's processes, a worker or Beat, once it is at work; its id."""
    command, schedule = stack.procfile()[name], Path(env["BEAT_SCHEDULE"])

    def at_work() -> bool:
        if name.endswith("-beat"):
            return any(schedule.parent.glob(f"{schedule.name}*"))
        return log.read_text().count("ready.") >= max(1, command.count("--lane"))

    with processes.background(command, env=env, log=log) as process:
        processes.eventually(at_work, f"{name} did not get ready", within=processes.START_SECONDS)
        yield process.pid
