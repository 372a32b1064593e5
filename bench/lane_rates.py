"""What each lane of payments-worker does in a second, and what that costs: processor time, memory, connections.

Run: python -m bench.lane_rates [--payments 200]

Each lane runs alone, as `WORKER_LANES` has it, on the PostgreSQL and the Redis that come with pip; Stripe and the mail
server are played on loopback and take 200 ms for each answer. `bench.lanes_measured` measures, in a process that has
their addresses. There is no promise in it: these are the figures of docs/how-to/scale.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from scripts import embedded, processes, stack, stopping
from scripts.stack import ROOT

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "payments_service.config.settings",
    "SECRET_KEY": "bench-only-" * 6,
    "PUBLIC_URL": "https://clinic.example",
    "STRIPE_WEBHOOK_SECRETS": "whsec_test_current,whsec_test_previous",
    "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-benches-only-0=",
    "DEFAULT_FROM_EMAIL": "receipts@clinic.example",
    "CLINIC_NAME": "Bench",
    "EMAIL_URL": "memory://",
    "LOG_LEVEL": "WARNING",
    "ALIVE_DIR": "",
}


def main() -> int:
    """Start the servers, have it measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.lane_rates", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--payments", type=int, default=200, help="payments, of four events each")
    payments = str(parser.parse_args().payments)
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded.postgresql_url(Path(folder) / "postgresql") as database,
        embedded.redis_server(Path(folder) / "redis") as redis,
    ):
        places = {"DATABASE_URL": database, "REDIS_URL": redis.url, "MEDIA_ROOT": f"{folder}/media"}
        env = {**stack.surroundings(), **SETTINGS, **places}
        processes.run_command("payments_service", "migrate", "--verbosity", "0", env=env)
        command = [sys.executable, "-m", "bench.lanes_measured", payments]
        return stopping.program(command, env=env, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(stopping.run(main))
