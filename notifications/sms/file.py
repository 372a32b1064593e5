"""Messages as files in `SMS_FILE_PATH`, for demonstrations: `SMS_BACKEND=notifications.sms.file.Backend`."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from django.utils import timezone

from notifications.sms import base, encoding
from notifications.sms.configuration import required
from servicekit.failures import TryLater


class Backend(base.SmsBackend):
    """One file for each message; they sort by the time at which they were sent."""

    def __init__(self) -> None:
        self.directory = Path(required("SMS_FILE_PATH", "name a directory for the messages"))

    def send(self, sms: base.Sms) -> base.SentSms:
        """Write it. Raises TryLater `connection_failed` when the directory can't be written to."""
        known = self.already_there(sms) if sms.maybe_sent_since else ""
        name = known or f"{timezone.now():%Y%m%dT%H%M%S.%f}-{slug(sms.reference)}-{uuid.uuid4().hex[:8]}.txt"
        if not known and not self.write(name, shown(sms)):
            raise TryLater("connection_failed")
        return base.SentSms("file", name)

    def already_there(self, sms: base.Sms) -> str:
        """The name of this message's file, or nothing."""
        line = f"Reference: {sms.reference}\n"
        found = self.directory.glob(f"*-{slug(sms.reference)}-*.txt")
        return next((path.name for path in found if line in path.read_text(encoding="utf-8")), "")

    def write(self, name: str, content: str) -> bool:
        """Whether the file was written; it appears whole or not at all."""
        unfinished = self.directory / f"{name}.part"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(content, encoding="utf-8")
            unfinished.rename(self.directory / name)
        except OSError:
            return False
        return True


def slug(reference: str) -> str:
    """A reference as part of a file name."""
    return re.sub(r"[^A-Za-z0-9_.]", "_", reference)[:80]


def shown(sms: base.Sms) -> str:
    """A message as a person reads it, with what it costs."""
    measured = encoding.measure(sms.text)
    until = sms.valid_until.isoformat() if sms.valid_until else "any time"
    return (
        f"To: {sms.to}\nFrom: {sms.sender or 'the configured sender'}\nReference: {sms.reference}\n"
        f"Valid until: {until}\nEncoding: {measured.encoding}, {measured.units} units, {measured.parts} part(s)\n"
        f"\n{sms.text}\n"
    )
