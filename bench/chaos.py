"""Everything dies, every two seconds, and nothing is lost: python bench/chaos.py [--short] [--seed N].

Both services run as Procfile has them, on a PostgreSQL, a Redis, a mail server and a Twilio of their own. Stripe's
events and visits come in while workers, lanes, pool processes, Beat and the web get SIGKILL, Redis comes back empty,
PostgreSQL crashes, the disk for PDFs is full for a while, one worker's clock is 90 seconds ahead, and every fifth
letter and text is refused, hangs or ends in a dropped connection. Then the table says what was promised and what came
of it; the exit code is 0 only if every promise was kept. docs/faults.md tells more.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.faults import run
from scripts import stopping

if __name__ == "__main__":
    sys.exit(stopping.run(partial(run.main, __doc__), last_word="ended before its time; nothing is left running"))
