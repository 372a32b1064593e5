"""Settings that are only fit for a laptop."""

from __future__ import annotations

from servicekit.doctor.findings import Finding, warning, wrong


def unsafe(*, debug: bool, laptop_secret: bool, public_url: str, serious: bool = False) -> list[Finding]:
    """What belongs on a laptop only; an address without https is wrong where it is `serious`."""
    found = []
    if debug:
        found.append(warning("DEBUG is on", "Set DEBUG=0 where patients are served."))
    if laptop_secret:
        found.append(warning("SECRET_KEY is the laptop's, which everybody knows", "Set it: openssl rand -base64 48"))
    if not public_url.startswith("https://"):
        do = "Set PUBLIC_URL to the address with https:// that the proxy answers at."
        found.append((wrong if serious else warning)("PUBLIC_URL isn't https", do))
    return found
