"""The services as they are deployed: Procfile's commands, production settings, a second worker whose clock is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.faults.servers import SERVICES, PostgreSQL
from scripts import embedded, stack

SECRET = "whsec_chaos"  # noqa: S105 - visibly fake
TOKEN = "visibly-fake-token-for-chaos"  # noqa: S105 - visibly fake
CLOCK_OFF_BY = 90
CLOCK = Path(__file__).parent / "clock"
"""A folder with one module, which Python imports before all others."""


@dataclass(frozen=True, slots=True)
class Services:
    """What is started, with which environment, and where it is found."""

    commands: Mapping[str, str]
    env: Mapping[str, Mapping[str, str]]
    urls: Mapping[str, str]
    media: Path


def services(directory: Path, *, postgresql: PostgreSQL, redis_url: str, email_url: str, twilio_url: str) -> Services:
    """Both services on these servers."""
    ports = {service: embedded.free_port() for service in SERVICES}
    given = settings(postgresql, redis_url=redis_url, email_url=email_url, twilio_url=twilio_url)
    laptop = stack.laptop(directory, ports=ports, given=given, around=stack.surroundings())
    commands = stack.procfile()
    env = {name: laptop.env_of(name) | {"ALIVE_DIR": f"{directory}/alive/{name}"} for name in commands}
    commands["payments-worker-off"] = commands["payments-worker"]
    env["payments-worker-off"] = env["payments-worker"] | {
        "CLOCK_OFF_BY": str(CLOCK_OFF_BY),
        "PYTHONPATH": f"{CLOCK}:{stack.ROOT}",
    }
    urls = {service: laptop.web_url(service) for service in SERVICES}
    return Services(commands, env, urls, Path(laptop.env["MEDIA_ROOT"]))


def settings(postgresql: PostgreSQL, *, redis_url: str, email_url: str, twilio_url: str) -> dict[str, str]:
    """What a production installation sets, visibly fake; all else has its default."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": "chaos-only-" * 6,
        "PUBLIC_URL": "https://payments.clinic.example",
        "VISITS_PUBLIC_URL": "https://visits.clinic.example",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": postgresql.url("payments"),
        "VISITS_DATABASE_URL": postgresql.url("visits"),
        "REDIS_URL": redis_url,
        "EMAIL_URL": email_url,
        "SMS_BACKEND": "notifications.sms.twilio.Backend",
        "SMS_TIMEOUT": "5",
        "TWILIO_API_BASE": twilio_url,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "visibly-fake",
        "TWILIO_FROM": "+15005550006",
        "API_TOKENS": TOKEN,
        "STRIPE_API_KEY": "",
        "STRIPE_WEBHOOK_SECRETS": SECRET,
        "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-benches-only-0=",
        "PYTHONPATH": str(stack.ROOT),
    }
