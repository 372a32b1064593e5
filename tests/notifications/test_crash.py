"""A worker that dies while the provider has the message in hand."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notifications import delivery
from tests.notifications.builders import a_message, now_due, outcomes, reread
from tests.notifications.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import json, sys
import django
from django.conf import settings

told = json.loads(sys.argv[1])
settings.DATABASES["default"].update(told["database"])
for name, value in told["email"].items():
    setattr(settings, name, value)
django.setup()

from notifications import delivery

delivery.deliver(told["message"])
"""


@contextmanager
def a_worker_on(message_id: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that delivers the message from the test's database through the test's mail server."""
    places = ("NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    email = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT")
    told = {
        "database": {place: connection.settings_dict[place] for place in places},
        "email": {name: getattr(settings, name) for name in email},
        "message": message_id,
    }
    with subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(told)], cwd=ROOT) as worker:
        yield worker
        worker.kill()


def wait_until(true: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait for another process; fails when nothing happens."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_sending_leaves_an_unknown_attempt_and_a_marked_resend(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("hang")
    with a_worker_on(message.pk) as worker:
        wait_until(lambda: mail_server.taken)
        worker.send_signal(signal.SIGKILL)

    in_its_lease = delivery.deliver(message.pk)
    now_due(message)
    delivery.deliver(message.pk)

    first, second = mail_server.mails
    assert in_its_lease is None
    assert outcomes(message) == ["unknown", "accepted"]
    assert (reread(message).state, reread(message).possible_double) == ("sent", True)
    assert first["Message-ID"] == second["Message-ID"]
