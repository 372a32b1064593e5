"""How the web process of either service is run; gunicorn reads this file with `--config`.

Threads, since a request waits on the database, and connections are kept open, since Stripe and proxies keep theirs.
"""

from __future__ import annotations

import gc
import os

from servicekit import afterwards, logging, nudging

worker_class = "servicekit.patience.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
keepalive = 15
timeout = 30
graceful_timeout = 20
control_socket_disable = True
logconfig_dict = logging.config(level=os.environ.get("LOG_LEVEL", "INFO"), human=os.environ.get("DEBUG") == "1")
logconfig_dict["loggers"] |= {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}}


def post_worker_init(_worker: object) -> None:
    """A request never waits on Redis, nor on a look for garbage through all that was loaded at the start."""
    nudging.of_this_process.go_to_background()
    afterwards.of_this_process.go_to_background()
    gc.freeze()


def worker_exit(_server: object, _worker: object) -> None:
    """What the last requests have left to do is done, and their nudges still go out."""
    afterwards.of_this_process.finish()
    nudging.of_this_process.finish()
