"""Every process that a laptop needs for the whole product, and their environments; `run` and `demo` start them.

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
PAYMENTS, VISITS = "payments", "visits"
KEPT_TEXTS = "notifications.sms.file.Backend"
ITS_OWN = ("PORT", "PUBLIC_URL", "DATABASE_URL", "BEAT_SCHEDULE", "BEAT_PING_URL")
"""What two services can't share. For visits_service these are named with a prefix: `VISITS_PORT`."""
NEEDED = ("HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM", "LD_LIBRARY_PATH", "PYTHONPATH")
"""What a program may need of an environment that knows nothing of us."""


@dataclass(slots=True)
class Stack:
    """Commands by process name, and the environment that each service's processes get."""

    directory: Path
    ports: Mapping[str, int]
    env: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)

    def web_url(self, service: str = PAYMENTS) -> str:
        """Where the service's web process answers."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def env_of(self, process: str) -> dict[str, str]:
        """The environment of a process by its name, `visits-web` say; a part of neither has the first one's."""
        return {**self.env, **self.own[VISITS if process.startswith(VISITS) else PAYMENTS]}

    @property
    def mail(self) -> Path:
        """Where the mailbox keeps messages."""
        return self.directory / "mail"

    @property
    def texts(self) -> Path:
        """Where text messages are kept."""
        return self.directory / "sms"


def laptop(
    directory: Path, *, ports: Mapping[str, int], given: Mapping[str, str], around: Mapping[str, str] = os.environ
) -> Stack:
    """The stack for a directory of its own; `given` wins over every default, and over what it finds `around` it."""
    directory.mkdir(parents=True, exist_ok=True)
    stack = Stack(directory=directory, ports=ports)
    stack.env = shared(stack)
    stack.own = {PAYMENTS: payments(stack, given), VISITS: visits(stack, given)}
    for add in (redis, mailbox, stripe):
        add(stack, given)
    everybodys = {name: value for name, value in given.items() if name not in ITS_OWN}
    stack.env = {**around, **stack.env, **everybodys, "PATH": path()}
    stack.env.pop("DJANGO_SETTINGS_MODULE", None)  # each service names its own
    stack.commands |= procfile()
    return stack


def surroundings() -> dict[str, str]:
    """What any program needs of our environment: none of its settings, passwords and proxies.

    For tools that play a clinic: whoever has a real one's variables in the shell must not have it write to patients.
    """
    return {name: os.environ[name] for name in NEEDED if name in os.environ} | {"PATH": path()}


def without_proxy() -> None:
    """Have this process and its children go straight to where they are led, for tools that know nobody but loopback."""
    os.environ["NO_PROXY"] = "*"


def path() -> str:
    """Where commands are found, first of all ours."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"


def shared(stack: Stack) -> dict[str, str]:
    """A laptop's settings of both services: visibly fake, and complete."""
    return {
        "DEBUG": "1",
        "API_TOKENS": "laptop-token",
        "CLINIC_NAME": "Example Clinic",
        "CLINIC_ADDRESS": "12 Harbour Street\nLondon E1 6AN",
        "CLINIC_PHONE": "+44 20 7946 0000",
        "CLINIC_REPLY_TO": "frontdesk@clinic.example",
        "CLINIC_TIME_ZONE": "Europe/London",
        "MEDIA_ROOT": f"{stack.directory}/media",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_laptop{secrets.token_hex(8)}",
        "CLINIC_TAX_ID": "GB 000 0000 00",
        "CLINIC_TAX_NOTE": "Medical care, exempt from VAT.",
        "CLINIC_COUNTRY": "GB",
        "SMS_BACKEND": KEPT_TEXTS,
        "SMS_FILE_PATH": str(stack.texts),
    }


def payments(stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """What only payments_service has; what is named without a prefix is meant for it."""
    named = {name: given[name] for name in ITS_OWN if name in given}
    sender = given.get("DEFAULT_FROM_EMAIL", "Example Clinic <receipts@clinic.example>")
    return {**own_defaults(stack, PAYMENTS), "DEFAULT_FROM_EMAIL": sender, **named}


def visits(stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """What only visits_service has."""
    named = {name: given[f"VISITS_{name}"] for name in ITS_OWN if f"VISITS_{name}" in given}
    sender = given.get("DEFAULT_FROM_EMAIL", "Example Clinic <visits@clinic.example>")
    return {**own_defaults(stack, VISITS), "DEFAULT_FROM_EMAIL": sender, **named}


def own_defaults(stack: Stack, service: str) -> dict[str, str]:
    """The places that a service has to itself."""
    return {
        "PORT": str(stack.ports[service]),
        "PUBLIC_URL": stack.web_url(service),
        "DATABASE_URL": f"sqlite:///{stack.directory}/{service}.sqlite3",
        "BEAT_SCHEDULE": f"{stack.directory}/{service}-beat",
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
            f" --webhook-url {stack.web_url()}/webhooks/stripe/"
        )


def procfile() -> dict[str, str]:
    """The product's own processes, exactly as they are deployed."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}
