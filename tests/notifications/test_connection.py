"""One open line per thread of a worker: kept while it works, replaced when it doesn't."""

from __future__ import annotations

import pytest
from django.test import override_settings

from notifications import delivery
from notifications.channels import connection
from tests.notifications.builders import a_message, in_threads, reread
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


def send_another(number: int) -> str:
    """Deliver one more message and say where it ended."""
    message = a_message(dedupe_key=f"document:{number}")
    delivery.deliver(message.pk)
    return str(reread(message).state)


def test_several_messages_go_through_one_connection(mail_server: MailServer) -> None:
    states = [send_another(number) for number in range(5)]

    assert states == ["sent"] * 5
    assert mail_server.connections == 1


def test_each_thread_has_its_own_connection(mail_server: MailServer) -> None:
    states = in_threads(3, lambda index: [send_another(index * 10 + turn) for turn in range(3)])

    assert states == [["sent"] * 3] * 3
    assert mail_server.connections == 3


def test_a_line_that_was_silent_for_long_is_opened_anew(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_another(1)
    monkeypatch.setattr(connection, "LONGEST_IDLE", -1.0)

    send_another(2)

    assert mail_server.connections == 2


@pytest.mark.parametrize("trouble", ["restart", "hang up", "say goodbye"])
def test_a_line_that_the_server_closed_costs_no_attempt(mail_server: MailServer, trouble: str) -> None:
    send_another(1)
    if trouble == "restart":
        mail_server.go_down()
        mail_server.come_back()
    elif trouble == "hang up":
        mail_server.hang_up()
    else:
        mail_server.follow("say goodbye")

    state = send_another(2)

    assert state == "sent"
    assert len(mail_server.taken) == 2


def test_a_line_isnt_used_after_a_failure(mail_server: MailServer) -> None:
    send_another(1)
    mail_server.follow("busy")

    send_another(2)
    state = send_another(3)

    assert state == "sent"
    assert mail_server.connections == 2


def test_a_line_to_another_server_isnt_used(mail_server: MailServer) -> None:
    other = MailServer()
    other.start()
    send_another(1)

    with override_settings(EMAIL_PORT=other.port):
        state = send_another(2)

    other.go_down()
    assert state == "sent"
    assert (len(mail_server.taken), len(other.taken)) == (1, 1)
