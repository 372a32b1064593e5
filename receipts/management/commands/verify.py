"""`python -m payments_service verify [FILE.pdf...]`: whether a document was changed, removed or back-dated."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from receipts import chain, keys, mentions, reporting, signing, storage, verifying
from receipts.chain import Head
from receipts.reporting import Report
from receipts.signing import Ring


class Command(BaseCommand):
    """Files are checked without the database; without any, the rows, their counters and the stored PDFs are."""

    help = "Check sealed documents: PDF files from outside, or the whole chain. See docs/how-to/verify-receipts.md."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to check, and against what."""
        verifying.add_arguments(parser)
        parser.add_argument("--series", help="only this series of the database, such as R-2026")
        parser.add_argument("--head", action="append", default=[], type=noted_head, help="NUMBER:HASH, noted elsewhere")
        parser.add_argument("--rows-only", action="store_true", help="leave out the stored PDFs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and end with 1 when anything is wrong."""
        ring, files, codes = ring_of(options["key"]), options["files"], options["qr"]
        if files or codes:
            report = verifying.report(files, codes, ring=ring, selected=options["selection"])
        else:
            report = of_rows(ring, options)
        for line in reporting.said(report, for_programs=options["json"]):
            self.stdout.write(line)
        if report.wrong:
            sys.exit(1)


def ring_of(given: list[str]) -> Ring:
    """The keys to check with: those that are given, else the installation's own."""
    try:
        return signing.public_ring(given) if given else keys.ring()
    except ValueError as wrong:
        raise CommandError(f"--key {wrong}.") from None


def of_rows(ring: Ring, options: dict[str, Any]) -> Report:
    """The chain as the database has it, and whether every document is there that somebody names."""
    try:
        known, series = chain.names(), options["series"]
        if series and series not in known:
            raise CommandError(f"there is no series {series}; there are {', '.join(known) or 'none'}.")
        with verifying.bar() as progress:
            task = progress.add_task("documents", total=chain.count(series))
            made = chain.report(
                [series] if series else known,
                ring=ring,
                with_files=not options["rows_only"],
                noted=options["head"],
                advance=lambda count: progress.advance(task, count),
            )
        made.findings.extend(mentions.unmet(series))
        return made
    except storage.Away:
        raise CommandError("the storage of the PDFs can't be reached; leave them out with --rows-only.") from None
    except OperationalError:
        raise CommandError("the database can't be reached; name PDF files to check them without it.") from None


def noted_head(text: str) -> Head:
    """A head as `verify` prints it."""
    number, _, hash_ = text.partition(":")
    if not number or len(hash_) < chain.SHORTEST or set(hash_.lower()) - set("0123456789abcdef"):
        raise ArgumentTypeError(f"expected NUMBER:HASH with {chain.SHORTEST} digits of the hash or more, got {text!r}")
    return Head(number, hash_.lower())
