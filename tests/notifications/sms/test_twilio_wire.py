"""Twilio over real connections: many threads at once, and the ways in which a line breaks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pytest_django import Settings

from notifications.channels import sms as channel
from notifications.sms import twilio
from servicekit.failures import TryLater
from tests.notifications.sms.builders import an_sms
from tests.notifications.sms.twilio_server import TwilioServer

Start = Callable[..., TwilioServer]


@pytest.fixture
def start(twilio_settings: Settings) -> Iterator[Start]:
    """Start a server, and lead our backend there."""
    with ExitStack() as running:

        def started(**behaviour: object) -> TwilioServer:
            server = TwilioServer(**behaviour)  # type: ignore[arg-type]
            running.callback(server.stop)
            twilio_settings.TWILIO_API_BASE = server.address
            return server

        yield started


def send(number: int) -> tuple[str, str]:
    """Send to one of many phones: the id that belongs to it, and the one that we got."""
    to = f"+4850{number:07d}"
    return f"SM{to.lstrip('+')}", channel.send(an_sms(to=to))


def test_threads_share_the_backend_and_each_gets_its_own_answer_over_a_kept_connection(start: Start) -> None:
    server = start(latency=0.005)

    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(send, range(300)))

    assert all(expected == got for expected, got in ids)
    assert server.taken == 300
    assert len(server.connections) <= 20


@pytest.mark.parametrize("behaviour", ["hang", "hang up"])
def test_a_line_that_breaks_after_the_message_was_read_leaves_a_doubt_and_is_not_tried_again(
    start: Start, twilio_settings: Settings, behaviour: str
) -> None:
    twilio_settings.SMS_TIMEOUT = 0.3
    server = start(behaviour=behaviour)

    with pytest.raises(TryLater, match="connection_lost") as failure:
        send(1)

    assert failure.value.accepted_maybe
    assert server.taken == 1


def test_the_way_through_the_proxy_that_the_environment_names_is_looked_up_once(
    start: Start, twilio_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start()
    monkeypatch.setenv("HTTP_PROXY", proxy.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    twilio_settings.TWILIO_API_BASE = "http://twilio.invalid:9"

    first = send(1)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    second = send(2)

    assert [expected for expected, _ in (first, second)] == [got for _, got in (first, second)]
    assert proxy.taken == 2


def test_where_the_environment_says_so_no_proxy_is_asked(
    start: Start, twilio_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    expected, got = send(1)

    assert expected == got
    assert server.taken == 1


def test_certificates_are_those_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/of-the-clinic.pem")

    session = twilio.remembering("https://api.twilio.com")

    assert session.verify == "/etc/ssl/of-the-clinic.pem"


def test_a_twilio_that_is_not_there_has_not_taken_anything(twilio_settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        twilio_settings.TWILIO_API_BASE = f"http://127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(TryLater, match="connection_failed") as failure:
        send(1)

    assert not failure.value.accepted_maybe


def test_a_name_that_leads_nowhere_means_that_nothing_was_handed_over(
    twilio_settings: Settings,
) -> None:
    twilio_settings.TWILIO_API_BASE = "http://twilio.invalid:9"

    with pytest.raises(TryLater, match="connection_failed"):
        send(1)
