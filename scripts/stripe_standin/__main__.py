"""python -m scripts.stripe_standin: the stand-in as a process, until Ctrl-C; server.py is what it starts."""

import argparse
import signal
from threading import Event

from scripts.stripe_standin.server import SECRET, StandIn


def main() -> None:
    """Serve until SIGINT or SIGTERM; the first line printed is the address."""
    args = _arguments()
    stop = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    with StandIn(webhook_url=args.webhook_url, secret=args.secret, port=args.port) as standin:
        print(f"Stripe's stand-in listens on {standin.url}", flush=True)
        stop.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.stripe_standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; a free one unless told")
    parser.add_argument("--webhook-url", default="http://127.0.0.1:8001/webhooks/stripe/", help="where events go")
    parser.add_argument("--secret", default=SECRET, help="what events are signed with")
    return parser.parse_args()


if __name__ == "__main__":
    main()
