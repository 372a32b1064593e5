"""One text message and the class that every provider is: `channels.sms` hands over, a backend sends."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications import messages

# A number in E.164, a short code, or letters and digits that stand for one (GSM 03.40: at most 11 characters).
SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 _-]{1,11}|MG[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One text to one phone, as it shall arrive.

    `to` is in E.164. `reference` names this message on our side and carries no personal data: it appears in
    addresses that the provider calls. After `valid_until` (UTC) it must not go out. An empty `sender` means the
    provider's configured one. `maybe_sent_since` (UTC) says that an earlier attempt, begun then or later, may have
    been accepted without our knowing: a backend looks before it sends, or gives up when it can't look.
    Number and text stay out of `repr`, so that no log gets them by accident.
    """

    to: str = field(repr=False)
    text: str = field(repr=False)
    reference: str
    valid_until: datetime | None = None
    sender: str = field(default="", repr=False)
    maybe_sent_since: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `messages.Refused`, which names the field and never the value."""
        messages.require(
            messages.E_164.fullmatch(self.to), "to", "expected a number in E.164, such as +48 and 9 digits"
        )
        messages.require(self.text.strip(), "text", "an SMS needs a text")
        messages.require(not messages.UNSTORABLE.search(self.text), "text", "contains characters that can't be sent")
        messages.require(self.reference, "reference", "name the message")
        messages.require(not self.sender or SENDER.fullmatch(self.sender), "sender", "expected a number or a name")
        for name in ("valid_until", "maybe_sent_since"):
            instant = getattr(self, name)
            messages.require(instant is None or instant.utcoffset() == timedelta(0), name, "expected an instant in UTC")


@dataclass(frozen=True, slots=True)
class SentSms:
    """That a provider took the message: the backend's short name, and the provider's id where it gives one."""

    provider: str
    provider_id: str = ""


class SmsBackend(ABC):
    """A way to send text messages. One instance serves all threads of a process, so it keeps nothing of a message.

    Built without arguments, from the settings; raises ImproperlyConfigured with what to set.
    """

    @abstractmethod
    def send(self, sms: Sms) -> SentSms:
        """Hand the message to the provider.

        Raises TryLater and GiveUp, with nothing in them or behind them that names a person. Codes:

        - TryLater: `connection_failed`, `connection_lost`, `provider_busy`, `provider_down`, `provider_refuses_us`,
          and `unclear_answer` where only a look-up was answered unclearly
        - GiveUp: `recipient_refused`, `opted_out`, `message_refused`, `unclear_answer`, `too_late`
        """
