"""Events accepted per second and how long Stripe waits, against a bare Django view on the same server in the same run.

Run: python -m bench.webhook_burst [--events 1000] [--connections 8] [--rounds 5] [--redis-down] [--reconnect]

Three applications take turns behind gunicorn as Procfile runs it, each with signed posts of new events over the same
number of kept-open connections: `bench.bare`, a view that returns 200 in a project as startproject makes it; the
same without its middleware, which is for information; and the service, on the PostgreSQL (which syncs each commit to
disk) and the Redis that come with pip. Turns, so that a noisy machine is unfair to all alike; ratios are of one round.
Exit code 1 when the promise is missed: half the bare view's rate, and 99 of 100 posts answered within 60 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import load
from scripts import embedded, processes
from tests import stripe_events

SECRET = "whsec_bench"  # noqa: S105 - visibly fake
LEAST_RATIO, MOST_P99_SECONDS = 0.5, 0.060
BARE, BARER, WEBHOOK = "bare Django view", "the same without middleware", "webhook"
WARM_UP = 500


def main() -> int:
    """Measure, print the table, judge."""
    args = arguments()
    with tempfile.TemporaryDirectory() as directory, served(Path(directory), redis_down=args.redis_down) as ports:
        for port in ports.values():
            load.burst(port, requests_for(WARM_UP, port), connections=args.connections)
        results: dict[str, list[load.Result]] = {name: [] for name in ports}
        for _ in range(args.rounds):
            for name, port in ports.items():
                requests = requests_for(args.events, port, reconnect=args.reconnect)
                results[name].append(load.burst(port, requests, connections=args.connections))
    return judged(results)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhook_burst", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=1000, help="posts in a round, each a new event")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reconnect", action="store_true", help="a new connection for each post, as nginx does it")
    parser.add_argument("--redis-down", action="store_true", help="with no Redis where the service looks for it")
    return parser.parse_args()


@contextmanager
def served(directory: Path, *, redis_down: bool) -> Iterator[dict[str, int]]:
    """The applications, each behind the same gunicorn; their ports by name."""
    with ExitStack() as started:
        database = started.enter_context(embedded.postgresql_url(directory / "postgresql"))
        redis = started.enter_context(embedded.redis_server(directory / "redis"))
        env = settings(database, redis.url, directory)
        processes.run_command("payments_service", "migrate", "--verbosity", "0", env=env)
        if redis_down:
            redis.stop()
        yield {
            BARE: started.enter_context(gunicorn("bench.bare", env)),
            BARER: started.enter_context(gunicorn("bench.bare", {**env, "BENCH_MIDDLEWARE": "none"})),
            WEBHOOK: started.enter_context(gunicorn("payments_service.config.wsgi", env)),
        }


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
        "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-benches-only-0=",
        "DEFAULT_FROM_EMAIL": "receipts@clinic.example",
        "CLINIC_NAME": "Bench",
        "EMAIL_URL": "memory://",
        "MEDIA_ROOT": str(directory / "media"),
    }


@contextmanager
def gunicorn(module: str, env: dict[str, str]) -> Iterator[int]:
    """The application on a free port, as Procfile runs it."""
    port = embedded.free_port()
    command = f"{sys.executable} -m gunicorn {module} --config python:servicekit.gunicorn --bind 127.0.0.1:{port}"
    with processes.background(command, env=env):
        processes.eventually(lambda: load.answers(port), f"{module} did not answer")
        yield port


def requests_for(count: int, port: int, *, reconnect: bool = False) -> list[bytes]:
    """Signed posts, each of a new event."""
    connection = "close" if reconnect else "keep-alive"
    return [request(stripe_events.body_of(event), port, connection) for event in events(count)]


def events(count: int) -> Iterator[stripe_events.Payload]:
    """New events of many payments."""
    while count > 0:
        batch = stripe_events.events_of_a_payment()[:count]
        count -= len(batch)
        yield from batch


def request(body: bytes, port: int, connection: str) -> bytes:
    """One HTTP/1.1 request, ready for the wire."""
    header = stripe_events.signature_header(body, secret=SECRET, timestamp=int(time.time()))
    head = (
        f"POST /webhooks/stripe/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: {connection}\r\nStripe-Signature: {header}\r\n\r\n"
    )
    return head.encode() + body


def judged(results: dict[str, list[load.Result]]) -> int:
    """The table, and whether the promise holds."""
    print(f"{'median of the rounds':28}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'webhook / it':>14}")
    for name, rounds in results.items():
        rate, p50, p99 = (statistics.median(getattr(r, of) for r in rounds) for of in ("rate", "p50", "p99"))
        print(f"{name:28}{rate:>12.0f}{p50 * 1000:>9.1f}{p99 * 1000:>9.1f}{ratio(results[WEBHOOK], rounds):>14.2f}")
    refused = Counter(line for rounds in results.values() for r in rounds for line in r.refused)
    for line, count in refused.items():
        print(f"{count} requests got {line}")
    fast = ratio(results[WEBHOOK], results[BARE]) >= LEAST_RATIO
    short = statistics.median(r.p99 for r in results[WEBHOOK]) < MOST_P99_SECONDS
    kept = fast and short and not refused
    promise = f"at least {LEAST_RATIO} of the bare view, p99 under {MOST_P99_SECONDS * 1000:.0f} ms"
    print(f"{promise}: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


def ratio(ours: list[load.Result], theirs: list[load.Result]) -> float:
    """The median over the rounds of our rate by theirs."""
    return statistics.median(o.rate / t.rate for o, t in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    sys.exit(main())
