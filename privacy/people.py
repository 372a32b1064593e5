"""The identifiers of a person as a command line takes them, and the words for what becomes of them."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from rich.table import Table

from privacy import service
from privacy.record import Order
from privacy.service import Erased

DO_NOTHING = "a dry run: nothing was changed. Go on with --yes."


def add_arguments(parser: CommandParser) -> None:
    """What a person can be found by, and who asks."""
    for name, about in service.of_this_project().identifiers.items():
        parser.add_argument(f"--{name}", default="", help=about)
    parser.add_argument("--by", default="", help="who asks, for the record; the login name unless given")


def order_of(options: Mapping[str, Any]) -> Order:
    """The order in these options. Raises CommandError when they name nobody."""
    names = service.of_this_project().identifiers
    given = {name: options[name].strip() for name in names if options[name].strip()}
    if not given:
        raise CommandError(f"say who: {' or '.join(f'--{name}' for name in names)}")
    return Order(given, by=(options["by"] or getpass.getuser())[:150], at=timezone.now())


def table_of(erased: Erased, *, dry_run: bool) -> Table:
    """What is erased, and what stays."""
    table = Table("what", "becomes", box=None, pad_edge=False)
    for name, count in erased.counts.items():
        table.add_row(f"{count} {name}", "would be erased" if dry_run else "erased")
    for each in erased.kept:
        table.add_row(each.name, f"is kept until {each.until.isoformat()} ({each.why})")
    return table
