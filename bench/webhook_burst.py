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
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench import figures, load, paying, servers
from bench.figures import Figure
from scripts import stopping

LEAST_RATIO = 0.5
BARE, BARER, WEBHOOK = "bare Django view", "the same without middleware", "webhook"
WARM_UP = 500


def main() -> int:
    """Measure, print the table, judge."""
    args = arguments()
    with served(redis_down=args.redis_down) as ports:
        for port in ports.values():
            load.burst(port, paying.requests(paying.events(WARM_UP), port), connections=args.connections)
        results: dict[str, list[load.Result]] = {name: [] for name in ports}
        for _ in range(args.rounds):
            for name, port in ports.items():
                requests = paying.requests(paying.events(args.events), port, reconnect=args.reconnect)
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
def served(*, redis_down: bool) -> Iterator[dict[str, int]]:
    """The applications, each behind the same gunicorn; their ports by name."""
    with servers.started("payments_service") as here, ExitStack() as running:
        env = here.env
        if redis_down:
            here.redis.stop()
        yield {
            BARE: running.enter_context(servers.gunicorn("bench.bare", env))[0],
            BARER: running.enter_context(servers.gunicorn("bench.bare", {**env, "BENCH_MIDDLEWARE": "none"}))[0],
            WEBHOOK: running.enter_context(servers.gunicorn("payments_service.config.wsgi", env))[0],
        }


def judged(results: dict[str, list[load.Result]]) -> int:
    """The rates of all three, the promises, and whether they hold."""
    print(f"{'median of the rounds':28}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'webhook / it':>14}")
    for name, rounds in results.items():
        rate, p50, p99 = (median(of, rounds) for of in ("rate", "p50", "p99"))
        print(f"{name:28}{rate:>12.0f}{p50 * 1000:>9.1f}{p99 * 1000:>9.1f}{ratio(results[WEBHOOK], rounds):>14.2f}")
    refused = Counter(line for rounds in results.values() for r in rounds for line in r.refused)
    for line, count in refused.items():
        print(f"{count} requests got {line}")
    ours, bare = results[WEBHOOK], results[BARE]
    said = f"{median('rate', ours):.0f} and {median('rate', bare):.0f} a second"
    return figures.report(
        [
            Figure("events accepted / a bare Django view", ratio(ours, bare), least=LEAST_RATIO, said=said),
            Figure("99 of 100 of Stripe's posts are answered within", median("p99", ours) * 1000, most=60.0, unit="ms"),
            Figure("posts that were refused", refused.total(), most=0.0, unit="posts", steady=True),
        ]
    )


def median(of: str, rounds: list[load.Result]) -> float:
    """Of one quantity, over the rounds."""
    values: list[float] = [getattr(each, of) for each in rounds]
    return statistics.median(values)


def ratio(ours: list[load.Result], theirs: list[load.Result]) -> float:
    """The median over the rounds of our rate by theirs."""
    return statistics.median(o.rate / t.rate for o, t in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    sys.exit(stopping.run(main))
