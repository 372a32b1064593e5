"""Messages on standard output, for a laptop: `SMS_BACKEND=notifications.sms.console.Backend`."""

from __future__ import annotations

import sys
import threading
import uuid

from notifications.sms import base, file


class Backend(base.SmsBackend):
    """Prints each message whole, one at a time; sends nothing."""

    def __init__(self) -> None:
        self._printing = threading.Lock()

    def send(self, sms: base.Sms) -> base.SentSms:
        """Print it. Never fails unless standard output does."""
        with self._printing:
            sys.stdout.write(f"{file.shown(sms)}\n{'-' * 79}\n")
            sys.stdout.flush()
        return base.SentSms("console", f"console-{uuid.uuid4()}")
