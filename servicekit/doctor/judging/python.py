"""What this process runs on: libraries, as Django's own checks find them, and its clock beside others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong

MOST_SKEW_SECONDS = 30.0
"""Signatures of providers are refused from five minutes on; leases and logs suffer earlier."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What Django's own checks say: fonts, libraries, logo, settings."""

    said: str
    do: str
    serious: bool


def libraries(remarks: Sequence[Remark], versions: Mapping[str, str], *, use: str) -> list[Finding]:
    """What Django's checks found, and in which versions we have what is of `use`: that receipts are drawn, say."""
    found = [(wrong if each.serious else warning)(each.said, each.do) for each in remarks]
    known = ", ".join(f"{name} {version}" for name, version in versions.items())
    return found or [ok(f"Django's checks find nothing; {use} with {known}")]


def clock(skews: Mapping[str, float | None]) -> list[Finding]:
    """How far our clock is ahead of others', in seconds, by whose clock it was; None for one that didn't answer."""
    known = {whose: skew for whose, skew in skews.items() if skew is not None}
    if not known:
        return [
            warning("no other clock answered to compare with", "See to the database first, and to what else is away.")
        ]
    return [compared(whose, skew) for whose, skew in known.items()]


def compared(whose: str, skew: float) -> Finding:
    """Our clock beside another one."""
    if abs(skew) <= MOST_SKEW_SECONDS:
        return ok(f"it is within {max(abs(skew), 1):.0f} s of {whose}")
    way = "ahead of" if skew > 0 else "behind"
    do = "Run a time service (chrony, systemd-timesyncd) on both: signatures are refused when clocks disagree."
    return wrong(f"it is {abs(skew):.0f} s {way} {whose}", do)
