"""Events accepted per second and how long Stripe waits, against a bare Django view on the same server in the same run.

python -m bench.webhook_burst [--events 2000] [--connections 8] [--rounds 3]

Both are served by gunicorn as Procfile runs it, on the PostgreSQL and Redis that come with pip. The bare view is a Django
project of one view that returns 200, without middleware, database or body. The rounds alternate, so that a noisy machine
is unfair to both alike. Exit code 1 when the promise is missed: half the bare view's rate, p99 under 60 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load
from scripts import embedded, processes
from tests import stripe_events

SECRET = "whsec_bench"  # noqa: S105 - visibly fake
LEAST_RATIO, MOST_P99_SECONDS = 0.5, 0.060


def main() -> int:
    """Measure, print the table, judge."""
    args = arguments()
    with tempfile.TemporaryDirectory() as directory, served(Path(directory)) as ports:
        bare, ours = [], []
        for _ in range(args.rounds):
            for port, results in zip(ports, (bare, ours), strict=True):
                results.append(load.burst(port, requests_for(args.events, port), connections=args.connections))
    return judged(bare, ours)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhook_burst", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--events", type=int, default=2000, help="posts in a round, each a new event")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


@contextmanager
def served(directory: Path) -> Iterator[tuple[int, int]]:
    """A bare Django project and the service, each behind the same gunicorn; their ports."""
    with embedded.postgresql_url(directory / "postgresql") as database, embedded.redis_server(directory / "redis") as redis:
        env = settings(database, redis.url, directory)
        processes.run_command("payments_service", "migrate", "--verbosity", "0", env=env)
        with gunicorn("bench.bare", env) as bare, gunicorn("payments_service.config.wsgi", env) as ours:
            yield bare, ours


def settings(database: str, redis: str, directory: Path) -> dict[str, str]:
    """A production environment, visibly fake."""
    return {
        **os.environ,
        "SECRET_KEY": "bench-only-" * 6,
        "PUBLIC_URL": "https://clinic.example",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "STRIPE_WEBHOOK_SECRETS": SECRET,
        "DEFAULT_FROM_EMAIL": "receipts@clinic.example",
        "CLINIC_NAME": "Bench",
        "MEDIA_ROOT": str(directory / "media"),
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def gunicorn(module: str, env: dict[str, str]) -> Iterator[int]:
    """The application on a free port, as Procfile runs it."""
    port = embedded.free_port()
    command = f"{sys.executable} -m gunicorn {module} --config python:servicekit.gunicorn --bind 127.0.0.1:{port}"
    with processes.background(command, env=env):
        processes.eventually(lambda: load.answers(port), f"{module} did not answer")
        yield port


def requests_for(count: int, port: int) -> list[bytes]:
    """Signed posts, each of a new event."""
    return [request(stripe_events.body_of(event), port) for event in events(count)]


def events(count: int) -> Iterator[stripe_events.Payload]:
    """New events of many payments."""
    while count > 0:
        batch = stripe_events.events_of_a_payment()[:count]
        count -= len(batch)
        yield from batch


def request(body: bytes, port: int) -> bytes:
    """One HTTP/1.1 request, ready for the wire."""
    header = stripe_events.signature_header(body, secret=SECRET, timestamp=load.unix_now())
    head = (
        f"POST /webhooks/stripe/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nStripe-Signature: {header}\r\n\r\n"
    )
    return head.encode() + body


def judged(bare: list[load.Result], ours: list[load.Result]) -> int:
    """The table, and whether the promise holds."""
    rows = {"bare Django view": bare, "webhook": ours}
    for name, results in rows.items():
        rate, p99 = statistics.median(r.rate for r in results), statistics.median(r.p99 for r in results)
        print(f"{name:18} {rate:8.0f} /s   p50 {statistics.median(r.p50 for r in results) * 1000:6.1f} ms   p99 {p99 * 1000:6.1f} ms")
    ratio = statistics.median(o.rate / b.rate for b, o in zip(bare, ours, strict=True))
    p99 = statistics.median(r.p99 for r in ours)
    refused = sum(r.refused for r in [*bare, *ours])
    print(f"{'ratio':18} {ratio:8.2f}   (at least {LEAST_RATIO}; p99 under {MOST_P99_SECONDS * 1000:.0f} ms; refused: {refused})")
    return 0 if ratio >= LEAST_RATIO and p99 < MOST_P99_SECONDS and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
