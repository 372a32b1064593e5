"""Reads CLINIC_ACCOUNTS_FILE, which says what clinic each connected Stripe account is. Beside `settings`.

The file is TOML with a table per account; docs/how-to/several-clinics.md has a sample.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import ValidationError

from notifications import messages
from payments_service.payments import stripe_facts
from payments_service.receipting import profiles
from payments_service.receipting.profiles import Profile
from receipts import kinds
from servicekit import environment

SERIES = re.compile(r"[A-Z0-9]{1,10}")
TAKEN = frozenset({"TEST", *(kind.prefix for kind in kinds.KINDS.values())})
LONGEST_LINE = 300


def is_line(text: str) -> bool:
    """Whether the text can stand in one line of a receipt and in the subject of a letter."""
    return len(text) <= LONGEST_LINE and not messages.CONTROLS.search(text)


def is_mailbox(text: str) -> bool:
    """Whether a letter can come from there."""
    bare = text.rpartition("<")[2].rstrip(">")
    return is_line(text) and bool(messages.MAILBOX.fullmatch(text)) and messages.is_address(bare)


line = environment.checked(is_line, f"expects one line of at most {LONGEST_LINE} characters.")
mailbox = environment.or_nothing(
    environment.checked(is_mailbox, "expects Name <address@example.org>, or the address alone.")
)
RULES = {
    "name": (line, environment.filled),
    "address": (
        environment.checked(
            lambda text: all(map(is_line, text.splitlines())),
            f"expects lines of at most {LONGEST_LINE} characters.",
        ),
    ),
    "tax_id": (line,),
    "tax_note": (line,),
    "logo": (environment.readable_file,),
    "colour": (environment.colour,),
    "phone": (line,),
    "reply_to": (mailbox,),
    "time_zone": (environment.time_zone,),
    "locale": (environment.locale,),
    "series": (
        environment.matching(SERIES, "expects capital letters and digits, at most 10, such as MU."),
        environment.checked(lambda series: series not in TAKEN, f"expects none of {', '.join(sorted(TAKEN))}."),
    ),
    "sender": (mailbox,),
}
"""What is expected of each key, in the words that a variable of the environment gets too."""


def read(path: str, *, own: Profile) -> dict[str, Profile]:
    """The clinic of each account that the file names, by the account's id; without a file there is none.

    What a table leaves out is as in `own`. The path of a logo may be relative to the file. Raises ImproperlyConfigured
    with a line for each mistake, which names the file, the table and the key.
    """
    if not path:
        return {}
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise refused(file, [f"can't be read as TOML: {wrong}."]) from None
    said = {account: located(table, folder=file.parent) for account, table in content.items()}
    if mistakes := [*mistakes_in(said), *doubled_series(said)]:
        raise refused(file, mistakes)
    return {account: dataclasses.replace(own, **table) for account, table in said.items()}


def refused(file: Path, mistakes: list[str]) -> ImproperlyConfigured:
    """The error that stops the start."""
    lines = [f"{file}: {mistake}" for mistake in mistakes]
    return ImproperlyConfigured("\n  ".join(["the file of CLINIC_ACCOUNTS_FILE needs attention.", *lines]))


def located(table: Any, *, folder: Path) -> Any:
    """The table with its logo's path as the process will open it."""
    logo = table.get("logo") if isinstance(table, dict) else None
    return table | {"logo": str(folder / logo)} if isinstance(logo, str) and logo else table


def mistakes_in(said: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for everything that is wrong in one place."""
    if not said:
        yield "names no account; expected a table for each, such as [acct_1A2b3C]."
    for account, table in said.items():
        if not isinstance(table, dict):
            yield f"{account} stands before the first table; expected below one such as [acct_1A2b3C]."
        elif not stripe_facts.ACCOUNT_ID.fullmatch(account):
            yield f"[{account}] isn't the id of a Stripe account; expected one such as [acct_1A2b3C]."
        else:
            yield from (f"[{account}] {key}: {fault}" for key, fault in faults_of(table))


def faults_of(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of a table that are wrong, with what is expected there."""
    for key, value in table.items():
        if key not in RULES:
            yield key, f"isn't known here; known are {', '.join(profiles.KEYS)}."
        elif not isinstance(value, str):
            yield key, "expects text in quotes."
        else:
            yield from ((key, fault) for fault in faults_in(value, key=key))


def faults_in(value: str, *, key: str) -> Iterator[str]:
    """What one text isn't and should be."""
    for rule in RULES[key]:
        try:
            rule(value)
        except ValidationError as wrong:
            yield str(wrong)


def doubled_series(said: Mapping[str, Any]) -> Iterator[str]:
    """A series belongs to one account: two that counted with the same counter would each have gaps."""
    owners: dict[str, str] = {}
    for account, table in said.items():
        series = table.get("series") if isinstance(table, dict) else None
        if isinstance(series, str) and owners.setdefault(series, account) != account:
            yield f"[{account}] series: {series} is that of [{owners[series]}] already; expects one of its own."
