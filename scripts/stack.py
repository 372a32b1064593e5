"""Every process that a laptop needs for the whole product, and their environment; `run` and `demo` start them.

What the environment names already (a database, a Redis, a mail server, Stripe itself) is used, the rest is embedded.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts import embedded

ROOT = Path(__file__).resolve().parent.parent
STANDIN_KEY = "sk_test_standin"


@dataclass(slots=True)
class Stack:
    """Commands by process name, and the environment that all of them share."""

    directory: Path
    web_port: int
    env: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)

    @property
    def web_url(self) -> str:
        """Where payments-web answers."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def mail(self) -> Path:
        """Where the mailbox keeps messages."""
        return self.directory / "mail"


def laptop(directory: Path, *, web_port: int, given: Mapping[str, str]) -> Stack:
    """The stack for a directory of its own; `given` wins over every default."""
    directory.mkdir(parents=True, exist_ok=True)
    stack = Stack(directory=directory, web_port=web_port)
    stack.env = defaults(stack)
    for add in (redis, mailbox, stripe):
        add(stack, given)
    stack.env = {
        **os.environ,
        **stack.env,
        **given,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    }
    stack.commands |= procfile()
    return stack


def defaults(stack: Stack) -> dict[str, str]:
    """A laptop's settings: visibly fake, and complete."""
    return {
        "DEBUG": "1",
        "PUBLIC_URL": stack.web_url,
        "PORT": str(stack.web_port),
        "DATABASE_URL": f"sqlite:///{stack.directory}/payments.sqlite3",
        "MEDIA_ROOT": f"{stack.directory}/media",
        "BEAT_SCHEDULE": f"{stack.directory}/payments-beat",
        "API_TOKENS": "laptop-token",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_laptop{secrets.token_hex(8)}",
        "DEFAULT_FROM_EMAIL": "Example Clinic <receipts@clinic.example>",
        "CLINIC_NAME": "Example Clinic",
        "CLINIC_ADDRESS": "12 Harbour Street\nLondon E1 6AN",
        "CLINIC_PHONE": "+44 20 7946 0000",
        "CLINIC_TAX_ID": "GB 000 0000 00",
        "CLINIC_TAX_NOTE": "Medical care, exempt from VAT.",
        "CLINIC_REPLY_TO": "frontdesk@clinic.example",
        "CLINIC_TIME_ZONE": "Europe/London",
    }


def redis(stack: Stack, given: Mapping[str, str]) -> None:
    """A Redis of its own, unless one is named."""
    if "REDIS_URL" not in given:
        server = embedded.Redis(stack.directory / "redis", persistent=True)
        server.directory.mkdir(exist_ok=True)
        stack.env["REDIS_URL"] = server.url
        stack.commands["redis"] = " ".join(f"'{word}'" for word in server.command)


def mailbox(stack: Stack, given: Mapping[str, str]) -> None:
    """A mailbox that keeps what is sent, unless a mail server or provider is named."""
    if "EMAIL_URL" not in given and "EMAIL_BACKEND" not in given:
        port = embedded.free_port()
        stack.env["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        stack.commands["mailbox"] = f"python -m scripts.mailbox --port {port} --directory '{stack.mail}'"


def stripe(stack: Stack, given: Mapping[str, str]) -> None:
    """A stand-in for Stripe, unless there is a key for the real one."""
    if "STRIPE_API_KEY" not in given:
        port, secret = embedded.free_port(), given.get("STRIPE_WEBHOOK_SECRETS", stack.env["STRIPE_WEBHOOK_SECRETS"])
        stack.env |= {"STRIPE_API_KEY": STANDIN_KEY, "STRIPE_API_BASE": f"http://127.0.0.1:{port}"}
        stack.commands["stripe"] = (
            f"python -m scripts.stripe_standin --port {port} --secret {secret.split(',')[0]}"
            f" --webhook-url {stack.web_url}/webhooks/stripe/"
        )


def procfile() -> dict[str, str]:
    """The product's own processes, exactly as they are deployed."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}
