"""When the second provider sends, and when it must not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifications.sms import base, fallback
from servicekit.failures import GiveUp, ProviderFailure, TryLater
from tests.notifications.sms.builders import an_sms

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Scripted(base.SmsBackend):
    """A provider that answers as it is told, and counts how often it was asked."""

    def __init__(self, name: str, *answers: ProviderFailure | None) -> None:
        self.name, self.answers, self.asked = name, list(answers), 0

    def send(self, sms: base.Sms) -> base.SentSms:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        return base.SentSms(self.name, f"{self.name}-{self.asked}")


@pytest.mark.parametrize("code", ["connection_failed", "provider_down", "provider_refuses_us"])
def test_the_second_provider_sends_while_the_first_is_away(code: str) -> None:
    first, second = Scripted("first", TryLater(code)), Scripted("second")

    sent = fallback.Backend(first, second).send(an_sms())

    assert sent == base.SentSms("second", "second-1")


@pytest.mark.parametrize(
    "answer",
    [
        TryLater("connection_lost", accepted_maybe=True),
        TryLater("provider_down", accepted_maybe=True),
        TryLater("provider_busy"),
        GiveUp("recipient_refused"),
        GiveUp("opted_out"),
        GiveUp("message_refused"),
        GiveUp("unclear_answer"),
    ],
)
def test_the_second_provider_is_left_alone_when_the_first_is_there_or_may_have_sent(answer: ProviderFailure) -> None:
    first, second = Scripted("first", answer), Scripted("second")

    with pytest.raises(type(answer)) as failure:
        fallback.Backend(first, second).send(an_sms())

    assert failure.value is answer
    assert second.asked == 0


@pytest.mark.parametrize("answer", [TryLater("connection_lost", accepted_maybe=True), GiveUp("opted_out")])
def test_what_the_second_provider_says_counts(answer: ProviderFailure) -> None:
    pair = fallback.Backend(Scripted("first", TryLater("provider_down")), Scripted("second", answer))

    with pytest.raises(type(answer)) as failure:
        pair.send(an_sms())

    assert failure.value is answer


def test_a_message_that_only_the_second_provider_objects_to_waits_for_the_first() -> None:
    pair = fallback.Backend(Scripted("first", TryLater("provider_down")), Scripted("second", GiveUp("message_refused")))

    with pytest.raises(TryLater, match="provider_down") as failure:
        pair.send(an_sms())

    assert failure.value.__context__ is None


def test_a_provider_that_is_gone_rests_before_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Scripted("first", TryLater("connection_failed")), Scripted("second")
    pair = fallback.Backend(first, second)

    providers = [pair.send(an_sms()).provider for _ in range(3)]
    monkeypatch.setattr(pair, "gone_until", 0.0)
    after_its_rest = pair.send(an_sms()).provider

    assert providers == ["second"] * 3
    assert first.asked == 2
    assert after_its_rest == "first"


def test_a_provider_that_refuses_us_is_asked_each_time_as_it_may_mind_one_country_only() -> None:
    first, second = Scripted("first", TryLater("provider_refuses_us")), Scripted("second")
    pair = fallback.Backend(first, second)

    providers = [pair.send(an_sms()).provider for _ in range(2)]

    assert providers == ["second", "first"]


def test_a_message_that_may_have_been_sent_goes_to_the_provider_that_can_look() -> None:
    first, second = Scripted("first", TryLater("connection_failed")), Scripted("second")

    with pytest.raises(TryLater, match="connection_failed"):
        fallback.Backend(first, second).send(an_sms(maybe_sent_since=LONG_AGO))

    assert second.asked == 0
