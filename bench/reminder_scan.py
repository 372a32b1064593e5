"""What the due scan costs: a minute in which nothing is due, and fifty thousand reminders that are due at once.

Run: python -m bench.reminder_scan [--visits 1000000] [--due 50000]

On the PostgreSQL and the Redis that come with pip, started here; `bench.visits.reminder_minutes` measures and judges,
in a process that has their addresses. Its exit code, 1 when a promise is missed, is this one's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import embedded, processes
from scripts.stack import ROOT


def main() -> int:
    """Start the servers, have it measured."""
    args = arguments()
    with tempfile.TemporaryDirectory() as directory, servers(Path(directory)) as env:
        processes.run_command("visits_service", "migrate", "--verbosity", "0", env=env)
        command = [sys.executable, "-m", "bench.visits.reminder_minutes", str(args.visits), str(args.due)]
        return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.reminder_scan", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=1_000_000, help="visits that are stored, with two reminders each")
    parser.add_argument("--due", type=int, default=50_000, help="reminders that are due at once")
    return parser.parse_args()


@contextmanager
def servers(directory: Path) -> Iterator[dict[str, str]]:
    """A production environment, visibly fake, with a database and a broker that run as long as the block."""
    with (
        embedded.postgresql_url(directory / "postgresql") as database,
        embedded.redis_server(directory / "redis") as redis,
    ):
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "visits_service.config.settings",
            "SECRET_KEY": "bench-only-" * 6,
            "PUBLIC_URL": "https://visits.clinic.example",
            "DATABASE_URL": database,
            "REDIS_URL": redis.url,
            "DEFAULT_FROM_EMAIL": "Clinic <visits@clinic.example>",
            "EMAIL_URL": "memory://",
            "SMS_BACKEND": "notifications.sms.memory.Backend",
            "CLINIC_NAME": "Klinika Przykładowa",
            "CLINIC_ADDRESS": "Long Street 1\n00-001 Warsaw",
            "CLINIC_PHONE": "+48 22 555 01 00",
            "LOG_LEVEL": "WARNING",
        }


if __name__ == "__main__":
    sys.exit(main())
