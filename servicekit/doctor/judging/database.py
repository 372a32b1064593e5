"""The database: whether it answers, and is as this release needs it."""

from __future__ import annotations

from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong

NO_DATABASE, NO_ROLE, WRONG_PASSWORD, NOT_LET_IN = "no_database", "no_role", "wrong_password", "not_let_in"
FULL, NOT_YET, REFUSED, SLOW = "full", "not_yet", "refused", "slow"
AWAY, NO_SUCH_HOST = "away", "no_such_host"

TROUBLES: dict[str, tuple[str, str]] = {
    NO_DATABASE: (
        "PostgreSQL answers, and has no database of that name",
        "Create it (createdb), or put the right name at the end of DATABASE_URL; then run migrate.",
    ),
    NO_ROLE: (
        "PostgreSQL answers, and knows no such user",
        "Create the role (createuser), or put the right user into DATABASE_URL.",
    ),
    WRONG_PASSWORD: (
        "PostgreSQL answers, and refuses user and password",
        "Put the right ones into DATABASE_URL: signs such as @ or / in a password are written as %40 or %2F there.",
    ),
    NOT_LET_IN: (
        "PostgreSQL answers, and doesn't let this user in from here",
        "Let it in: a line in pg_hba.conf, GRANT CONNECT or LOGIN; or sslmode=require in DATABASE_URL.",
    ),
    FULL: (
        "PostgreSQL answers, and has no connection left for us",
        "Raise its max_connections, set DATABASE_POOL, or end what holds so many.",
    ),
    NOT_YET: (
        "PostgreSQL is there, and takes no connections at the moment: it starts, recovers or ends",
        "Wait a minute and look again; if it stays so, look into its log.",
    ),
    REFUSED: (
        "PostgreSQL answers, and refuses us",
        "Look into its log for why, and compare database, user and password in DATABASE_URL.",
    ),
    SLOW: (
        "something takes our connection there, and is too slow to answer: overloaded, stuck, or not PostgreSQL",
        "Look at the load of its machine; if it isn't busy, compare the port in DATABASE_URL and look into its log.",
    ),
    AWAY: ("nobody answers there", "Start PostgreSQL, and compare host and port in DATABASE_URL."),
    NO_SUCH_HOST: (
        "the name of its host is known to nobody",
        "Compare the host in DATABASE_URL, and see whether this machine can look names up.",
    ),
}
"""What is said of each trouble, and what to do."""
COMPARE = "See whether it runs, and compare DATABASE_URL with it."


@dataclass(frozen=True, slots=True)
class Database:
    """What it said; `trouble` is one of `TROUBLES` or the class of an error, `unapplied` counts migrations.

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
        said, do = TROUBLES.get(database.trouble) or (f"it can't be asked ({database.trouble})", COMPARE)
        return [wrong(said, do)]
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
