"""An installation of visits for the doctor: real processes and servers, all right unless a test says otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts import embedded
from tests import processes
from tests.notifications.mail_server import MailServer
from tests.notifications.sms.twilio_server import TwilioServer

SID, TOKEN, NUMBER = "AC" + "0" * 32, "visibly-fake-twilio-token", "+48225550100"
SECONDS_FOR_A_COMMAND = 90


@dataclass
class Installation:
    """Its environment, and the parts around it that a test may break."""

    directory: Path
    twilio: TwilioServer
    mail: MailServer
    redis: embedded.Redis
    env: dict[str, str] = field(default_factory=dict)

    def command(self, *typed: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A command of the service, as somebody types it, to its end."""
        words = [sys.executable, "-m", "visits_service", *typed]
        env = processes.environment(**(self.env | changes))
        return subprocess.run(
            words,
            env=env,
            cwd=processes.ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS_FOR_A_COMMAND,
            check=False,
        )

    def doctor(self, **changes: str) -> tuple[int, dict[str, str]]:
        """The exit code, and what is wrong, by check; with what is to be done about it."""
        done = self.command("doctor", "--json", **changes)
        assert done.stdout, done.stderr
        found = json.loads(done.stdout)["findings"]
        return done.returncode, {
            each["check"]: f"{each['said']} -> {each['do']}" for each in found if each["verdict"] == "wrong"
        }


@contextmanager
def standing(directory: Path) -> Iterator[Installation]:
    """Database, broker, mail server, Twilio and a worker for every lane, until the block ends."""
    with ExitStack() as parts:
        redis = parts.enter_context(embedded.redis_server(directory / "redis", persistent=True))
        mail, twilio = MailServer(), TwilioServer()
        mail.start()
        parts.callback(mail.stop)
        parts.callback(twilio.stop)
        twilio.own_numbers, twilio.login = {NUMBER: {"sms": True}}, f"{SID}:{TOKEN}"
        made = Installation(directory, twilio, mail, redis)
        made.env = {
            "PUBLIC_URL": "https://visits.clinic.health",
            "REDIS_URL": redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "DEFAULT_FROM_EMAIL": "Clinic <visits@clinic.health>",
            "SMS_BACKEND": "notifications.sms.twilio.Backend",
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": twilio.address,
            "CLINIC_COUNTRY": "PL",
            "SWEEP_SECONDS": "1",
        }
        yield made
