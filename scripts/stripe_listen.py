"""`make stripe-listen`: the official Stripe CLI forwards events to what `make run` runs, with the same key and port."""

from __future__ import annotations

import sys

from scripts import manage, run, stack


def main() -> None:
    """Become the CLI; without a key of one's own there is no account to listen to."""
    given = run.named()
    if "STRIPE_API_KEY" not in given:
        sys.exit("make stripe-listen: set STRIPE_API_KEY=sk_test_..., here and for make run.")
    name, default = run.PORTS[stack.PAYMENTS]
    manage.become(stack.PAYMENTS, "stripe_listen", "--forward-to", f"127.0.0.1:{given.get(name, default)}")


if __name__ == "__main__":
    main()
