"""Settings that parse and still aren't safe, or leave a part of the service without work."""

from __future__ import annotations

from dataclasses import dataclass

from payments_service.operating.doctor.findings import Finding, ok, warning, wrong


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
    """What belongs on a laptop only."""
    found = []
    if settings.debug and settings.live_key:
        found.append(wrong("DEBUG is on with a live Stripe key", "Set DEBUG=0, or a test key."))
    elif settings.debug:
        found.append(warning("DEBUG is on", "Set DEBUG=0 where patients are served."))
    if settings.laptop_secret:
        found.append(warning("SECRET_KEY is the laptop's, which everybody knows", "Set it: openssl rand -base64 48"))
    if not settings.public_url.startswith("https://"):
        do = "Set PUBLIC_URL to the address with https:// that the proxy answers at."
        found.append((wrong if settings.live_key else warning)("PUBLIC_URL isn't https", do))
    return found
