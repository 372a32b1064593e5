"""How the web process of either service is run; gunicorn reads this file with `--config`.

Threads, since a request waits on the database, and connections are kept open, since Stripe and proxies keep theirs.
"""

from __future__ import annotations

import os

from servicekit import logging

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
keepalive = 15
timeout = 30
graceful_timeout = 20
logconfig_dict = logging.config(level=os.environ.get("LOG_LEVEL", "INFO"), human=os.environ.get("DEBUG") == "1")
