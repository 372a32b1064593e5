"""Messages that one visits-worker delivers in a second, when every provider takes 200 ms to answer.

Run: python -m bench.deliveries [--messages 3000]

On the PostgreSQL and the Redis that come with pip, started here, with Twilio and the mail server played on loopback;
`bench.visits.channel_rates` measures and judges, in a process that has their addresses. Its exit code, 1 when a promise
is missed, is this one's.
"""

from __future__ import annotations

import argparse
import sys

from bench import figures, servers
from scripts import stopping
from scripts.stack import ROOT

TWILIO = {
    "SMS_BACKEND": "notifications.sms.twilio.Backend",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "visibly-fake",
    "TWILIO_FROM": "+15005550006",
}


def main() -> int:
    """Start the servers, have it measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=3000, help="messages of each channel")
    messages = str(parser.parse_args().messages)
    with servers.started("visits_service", **TWILIO) as here:
        command = [sys.executable, "-m", "bench.visits.channel_rates", messages]
        return stopping.program(command, env=here.env | figures.wanted(), cwd=ROOT)


if __name__ == "__main__":
    sys.exit(stopping.run(main))
