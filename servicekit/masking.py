"""An email address half hidden: enough for its owner to know it again, too little for anybody else. Pure."""

from __future__ import annotations

DOTS = "•••"


def email(address: str) -> str:
    """`a•••@p•••.example` for ada@patient.example; dots alone for what isn't an address."""
    name, at, domain = address.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{name[:1]}{DOTS}@{host[:1]}{DOTS}.{top}" if at else DOTS
