"""Puts on record what a member of staff saw or did: who, when, which rows, from which address.

A page whose record can't be written isn't shown, and an action is recorded before it is begun: without a record nobody
sees patients' data. The database that has no room for the record has no page to show either.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from servicekit import client_address, correlation
from staff.models import LONGEST_NAME, AccessRecord
from staff.sights import Sight

Somebody = AbstractBaseUser | AnonymousUser | None


def keep(request: HttpRequest | None, sight: Sight, *, user: Somebody) -> AccessRecord:
    """Add a row; without a request it is a command's. Raises DatabaseError where that isn't possible."""
    return AccessRecord.objects.create(
        kind=sight.kind,
        staff_id=user.pk if user else None,
        staff=user.get_username() if user else "",
        address=client_address.of(request) if request else None,
        page=sight.page[:LONGEST_NAME],
        model=sight.model[:LONGEST_NAME],
        object_ids=packed(sight.object_ids),
        what=sight.what[:200],
        search=sight.search,
        correlation=correlation.current(),
    )


def packed(object_ids: tuple[str, ...]) -> str:
    """`,12,13,` so that one of them can be looked for."""
    return f",{','.join(object_ids)}," if object_ids else ""


def unpacked(object_ids: str) -> list[str]:
    """The keys that were packed."""
    return object_ids.strip(",").split(",") if object_ids else []
