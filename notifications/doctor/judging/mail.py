"""The mail provider, and the address that letters come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servicekit.doctor.findings import Finding, ok, warning, wrong

RESERVED = ("localhost", "example", "test", "invalid", "local", "example.com", "example.net", "example.org")
"""Names that nobody's mail can come from: RFC 2606 and RFC 6761, and RFC 6762 for local."""


class Kind(StrEnum):
    """How letters leave."""

    SMTP = "smtp"
    PROVIDER = "provider"
    NOWHERE = "nowhere"
    OTHER = "other"


class Trouble(StrEnum):
    """Why a provider can't be used; the words are for a person."""

    NONE = ""
    AWAY = "it doesn't answer"
    LOGIN = "it refuses user or password"
    TLS = "it doesn't offer TLS or a login as told"
    SETTINGS = "it lacks a setting"


DO = {
    Trouble.AWAY: "Start it, and compare host and port in EMAIL_URL.",
    Trouble.LOGIN: "Compare user and password in EMAIL_URL with the provider's.",
    Trouble.TLS: "Let EMAIL_URL say ?tls=True (STARTTLS) or ?ssl=True (TLS from the start), as the provider has it.",
    Trouble.SETTINGS: "Set the ANYMAIL_... variable that this names.",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """What became of a greeting without a letter; `missing` names the setting that a provider asks for."""

    kind: Kind
    name: str
    trouble: Trouble = Trouble.NONE
    missing: str = ""


def provider(seen: Provider) -> list[Finding]:
    """Whether letters can leave."""
    if seen.kind is Kind.NOWHERE:
        return [warning(f"letters go nowhere ({seen.name})", "Set EMAIL_URL to a mail server, or EMAIL_BACKEND.")]
    if seen.trouble:
        about = f"{seen.trouble}: {seen.missing}" if seen.missing else str(seen.trouble)
        return [wrong(f"{seen.name}: {about}", DO[seen.trouble])]
    if seen.kind is Kind.SMTP:
        return [ok(f"{seen.name} greets us and takes our login, if any; no letter was sent")]
    return [ok(f"{seen.name} has the settings that it needs; whether its key is right shows with the first letter")]


def sender(domain: str, *, debug: bool) -> list[Finding]:
    """Whether the world can believe the domain that letters come from."""
    reserved = "." not in domain or any(domain == name or domain.endswith(f".{name}") for name in RESERVED)
    if reserved:
        do = "Set DEFAULT_FROM_EMAIL to an address of the clinic's own domain."
        return [(warning if debug else wrong)(f"{domain} is nobody's domain, so letters are taken for spam", do)]
    return [ok(f"letters come from {domain}; its SPF, DKIM and DMARC are for the provider's page to check")]
