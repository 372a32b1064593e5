"""What a role is: a name and the rights that come with it, as plain data. Each service has a table of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """`slug` is typed at the command line, `name` is the Django group's; `rights` are permissions, `app.codename`."""

    slug: str
    name: str
    rights: frozenset[str]

    def within(self, app: str) -> frozenset[str]:
        """The code names of its rights in one app."""
        return frozenset(codename for label, codename in map(split, self.rights) if label == app)


def split(right: str) -> tuple[str, str]:
    """App and code name of a permission."""
    app, _, codename = right.partition(".")
    return app, codename


def may(app: str, **verbs: str) -> frozenset[str]:
    """Rights in an app: `may("visits", view="patient visit", change="visit")`."""
    return frozenset(f"{app}.{verb}_{model}" for verb, models in verbs.items() for model in models.split())


def named(roles: Iterable[Role], slug: str) -> Role:
    """The role of that slug; raises ValueError with those that there are."""
    found = {role.slug: role for role in roles}
    if slug not in found:
        raise ValueError(f"expected one of {', '.join(found)}")
    return found[slug]


PEOPLE = (
    may("auth", view="user", add="user", change="user")
    | may("staff", view="accessrecord")
    | may("privacy", view="purge erasure export", erase="person", export="person")
)
"""What administrators see to beside a service's own pages: logins, the record of what was looked at, and what is
forgotten or handed out of one person."""
