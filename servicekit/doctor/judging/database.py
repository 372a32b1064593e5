"""The database: whether it answers, and is as this release needs it."""

from __future__ import annotations

from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong


@dataclass(frozen=True, slots=True)
class Database:
    """What it said; `trouble` is the class of the error when it didn't answer, `unapplied` counts migrations.

    `service` is whose database it is.
    """

    product: str = ""
    version: str = ""
    unapplied: int = 0
    trouble: str = ""
    service: str = ""


def judge(database: Database, *, debug: bool) -> list[Finding]:
    """Whether rows can be kept."""
    if database.trouble:
        do = "Start it, and compare host, port, name and password in DATABASE_URL."
        return [wrong(f"it doesn't answer ({database.trouble})", do)]
    found = [migrated(database)]
    if database.product == "SQLite" and not debug:
        found.append(
            warning("it is SQLite, which one machine alone can use", "Set DATABASE_URL to a PostgreSQL in production.")
        )
    return found


def migrated(database: Database) -> Finding:
    """Whether its tables are those of this release."""
    if database.unapplied:
        do = f"Run: python -m {database.service}_service migrate"
        return wrong(f"it lacks {database.unapplied} of this release's migrations", do)
    return ok(f"{database.product} {database.version} answers, every migration is applied")
