"""An installation for the doctor: real processes and servers, everything right unless a test says otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from payments_service.webhooks.handlers import HANDLERS
from scripts import embedded
from scripts.stripe_standin import StandIn
from tests import processes
from tests.notifications.mail_server import MailServer

KEY = "sk_test_visibly_fake"
SECONDS_FOR_A_COMMAND = 90


@dataclass
class Installation:
    """Its environment, and the parts around it that a test may break."""

    directory: Path
    stripe: StandIn
    mail: MailServer
    redis: embedded.Redis
    env: dict[str, str] = field(default_factory=dict)
    worker: processes.Process = field(init=False)

    def command(self, *typed: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A command of the service, as somebody types it, to its end."""
        words = [sys.executable, "-m", "payments_service", *typed]
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

    def doctor(self, **changes: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
        """The exit code, and what the doctor finds by check."""
        done = self.command("doctor", "--json", **changes)
        assert done.stdout, done.stderr
        by_check: dict[str, list[dict[str, str]]] = {}
        for finding in json.loads(done.stdout)["findings"]:
            by_check.setdefault(finding["check"], []).append(finding)
        return done.returncode, by_check

    def endpoint(self, **fields: Any) -> None:
        """Let Stripe have an endpoint at our address; other fields as given."""
        url = f"{self.env['PUBLIC_URL']}/webhooks/stripe/"
        known = {"object": "webhook_endpoint", "url": url, "status": "enabled", "livemode": False}
        types = {"enabled_events": sorted(HANDLERS), "api_version": "2026-10-28.endive"}
        self.stripe.account.keep({"id": "we_ours", **known, **types, **fields})


@contextmanager
def standing(directory: Path) -> Iterator[Installation]:
    """A whole installation, with web, worker and Beat, until the block ends."""
    with ExitStack() as parts:
        stripe = parts.enter_context(StandIn(key=KEY))
        redis = parts.enter_context(embedded.redis_server(directory / "redis", persistent=True))
        mail = MailServer()
        mail.start()
        parts.callback(mail.stop)
        port = embedded.free_port()
        made = Installation(directory, stripe, mail, redis)
        made.env = {
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "REDIS_URL": redis.url,
            "STRIPE_API_KEY": KEY,
            "STRIPE_API_BASE": stripe.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "DEFAULT_FROM_EMAIL": "Clinic <receipts@clinic.health>",
            "MEDIA_ROOT": str(directory / "media"),
            "SWEEP_SECONDS": "1",
        }
        made.endpoint()
        parts.enter_context(processes.web(directory / "web.log", port=port, **made.env))
        made.worker = parts.enter_context(processes.worker(directory / "worker.log", **made.env))
        yield made


def wrong(found: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """What is wrong, by check."""
    return {check: each["said"] for check, told in found.items() for each in told if each["verdict"] == "wrong"}


def advised(found: dict[str, list[dict[str, str]]], check: str) -> str:
    """What is to be done about a check."""
    return " ".join(each["do"] for each in found[check])
