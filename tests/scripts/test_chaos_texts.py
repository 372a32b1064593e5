"""The Twilio of `bench/chaos.py` goes wrong as often as it says, in every way, and a text comes once all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from bench.faults import texts
from bench.faults.ways import Ways
from notifications.channels import sms as channel
from notifications.sms import backends
from servicekit.failures import TryLater
from tests.notifications.sms.builders import ACCOUNT, PATIENT, SENDER, TOKEN, an_sms

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CLEAR = {texts.REFUSE: "provider_down", texts.BUSY: "provider_busy"}
IN_DOUBT = {
    texts.FAIL: "provider_down",
    texts.HANG: "connection_lost",
    texts.HANG_AFTER: "connection_lost",
    texts.DROP: "connection_lost",
}


@pytest.fixture
def twilio(settings: Settings) -> Iterator[texts.TextServer]:
    """A Twilio that is about to misbehave, and our backend led there."""
    server = texts.TextServer(seed=1)
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.twilio.Backend", ""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, TOKEN, SENDER
    settings.TWILIO_API_BASE, settings.SMS_TIMEOUT = server.address, 0.5
    backends.forget()
    yield server
    server.stop()
    backends.forget()


def test_one_message_of_five_goes_wrong_in_each_way_before_any_again() -> None:
    ways = Ways(["a", "b", "c"], seed=7)
    before = [ways.of_next() for _ in range(5)]
    ways.on = True

    found = [ways.of_next() for _ in range(30)]

    assert before == [""] * 5
    assert [sum(map(bool, found[at : at + 5])) for at in range(0, 30, 5)] == [1] * 6
    assert Counter(filter(None, found)) == ways.counts == {"a": 2, "b": 2, "c": 2}
    assert ways.line("all", messages=30).ok


def test_a_way_that_never_came_breaks_the_promise() -> None:
    ways = Ways(["a", "b", "c"], seed=7)
    ways.on = True
    for _ in range(10):
        ways.of_next()

    assert not ways.line("all", messages=15).ok
    assert ways.line("as many as so few messages are enough for", messages=10).ok
    assert (ways.had(15), ways.had(10)) == (False, True)


@pytest.mark.parametrize("way", texts.WAYS)
def test_each_way_is_heard_as_what_it_is_and_the_text_comes_once(twilio: texts.TextServer, way: str) -> None:
    twilio.ways.on, twilio.ways.next_ways, twilio.ways.next_messages = True, [way], [True]

    with pytest.raises(TryLater, match=(CLEAR | IN_DOUBT)[way]) as failure:
        channel.send(an_sms())
    twilio.ways.on = False
    channel.send(an_sms(maybe_sent_since=None if way in CLEAR else LONG_AGO))

    assert failure.value.accepted_maybe is (way in IN_DOUBT)
    assert twilio.in_doubt == ({PATIENT} if way in IN_DOUBT else set())
    assert [text.number for text in twilio.texts] == [PATIENT]
