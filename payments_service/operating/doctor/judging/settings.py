"""Settings that parse and still aren't safe, or leave a part of the service without work."""

from __future__ import annotations

from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong
from servicekit.doctor.judging import laptop


@dataclass(frozen=True, slots=True)
class Settings:
    """The few that the judgement needs."""

    debug: bool
    laptop_secret: bool
    public_url: str
    live_key: bool
    api_tokens: int


def judge(settings: Settings) -> list[Finding]:
    """What is unsafe or missing; that they parsed, when nothing is."""
    found = [*unsafe(settings)]
    if not settings.api_tokens:
        found.append(
            warning("no program may call the API", "Set API_TOKENS if a booking system should open checkouts.")
        )
    return found or [ok("every setting was read, and none is unsafe")]


def unsafe(settings: Settings) -> list[Finding]:
    """What belongs on a laptop only; with live money it is worse than a warning."""
    found = []
    if settings.debug and settings.live_key:
        found.append(wrong("DEBUG is on with a live Stripe key", "Set DEBUG=0, or a test key."))
    rest = laptop.unsafe(
        debug=settings.debug and not settings.live_key,
        laptop_secret=settings.laptop_secret,
        public_url=settings.public_url,
        serious=settings.live_key,
    )
    return [*found, *rest]
