"""Forty more providers through Apprise: `SMS_BACKEND=notifications.sms.apprise.Backend`.

`APPRISE_SMS_URL` is the address of a service as Apprise writes it (https://appriseit.com/services/), with `{to}` where
the number belongs: `vonage://KEY:SECRET@SENDER/{to}`. `?rto=` and `?cto=` in it set how many seconds to wait.

What Apprise can't do, and what follows from it here:

- It says yes or no. A refused number, a wrong password and an answer that came too late look alike. Since any of them
  may mean "accepted", a no is final (`unclear_answer`): the message isn't tried again, a person or the other channel
  takes over. Opt-outs aren't learned, and this backend never makes a fallback step in.
- It knows no idempotency key and no look-up: a message that may have been sent before isn't sent again.
- It tells no id, so nothing is learned about delivery; it passes on no validity, so a text may wait at the provider.
- Its services log numbers and texts. Its logger is silenced in the whole process.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from django.core.exceptions import ImproperlyConfigured

from notifications.sms import base
from notifications.sms.configuration import required
from servicekit.failures import GiveUp

PLACEHOLDER = "{to}"
ANYBODY = "+14155550123"
"""A number of no real person, to try the address with when the process starts."""

LONGEST_WAIT = 15.0
"""Seconds to wait for an answer; Apprise's own four would turn many a yes into a no."""


class Backend(base.SmsBackend):
    """One service of Apprise's, addressed anew for each recipient: such an object costs no connection."""

    def __init__(self) -> None:
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        self.address = required("APPRISE_SMS_URL", "name an Apprise service, with {to} where the number belongs")
        # Nothing is kept on disk, and no escapes or :emoji: are read out of a patient's text.
        self.asset = AppriseAsset(storage_mode="memory", interpret_escapes=False, interpret_emojis=False)
        if PLACEHOLDER not in self.address or not self.service_for(ANYBODY):
            raise ImproperlyConfigured("APPRISE_SMS_URL is no Apprise service that sends to {to}: compare its page.")

    def send(self, sms: base.Sms) -> base.SentSms:
        """Ask Apprise once. The sender is the one in the address, whatever the message says.

        Raises GiveUp: `recipient_refused` when Apprise itself finds the number impossible, else `unclear_answer`.
        """
        if sms.maybe_sent_since:
            raise GiveUp("unclear_answer")
        service = self.service_for(sms.to)
        if service is None:
            raise GiveUp("recipient_refused")
        # The service itself, as Apprise's own notify() would repeat, split and leave work behind in a thread.
        if not service.notify(body=sms.text, body_format=NotifyFormat.TEXT, overflow="upstream"):
            raise GiveUp("unclear_answer")
        return base.SentSms("apprise")

    def service_for(self, number: str) -> NotifyBase | None:
        """The service, aimed at this number alone; None when Apprise drops the number or the address is wrong.

        Many services that lose their recipient write to their sender instead, and call that a success.
        """
        service = Apprise.instantiate(self.address.replace(PLACEHOLDER, quote(number)), asset=self.asset)
        if service is None or recipients(service) != {digits(number)}:
            return None
        service.socket_read_timeout = max(service.socket_read_timeout, LONGEST_WAIT)
        return service


def recipients(service: NotifyBase) -> set[str]:
    """The digits of whoever would get the text. Each service has lists of its own for numbers, groups and topics."""
    lists = [value for name, value in vars(service).items() if name != "tags" and isinstance(value, list)]
    return {digits(part) for targets in lists for target in targets for part in numbers(target)}


def numbers(target: object) -> Iterator[str]:
    """The number in a recipient, which some services pair with the kind of message."""
    if isinstance(target, str):
        yield target
    elif isinstance(target, tuple) and target:
        yield str(target[-1])


def digits(text: str) -> str:
    """A number without its plus sign and whatever else stands in it."""
    return re.sub(r"\D", "", text)
