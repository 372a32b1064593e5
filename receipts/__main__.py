"""`python -m receipts FILE.pdf... --key KEY`: `verify` for whoever has the files and a public key, and nothing else.

No settings, no database. `python -m payments_service verify` does the same for an installation, and more.
"""

from __future__ import annotations

import argparse
import sys

from receipts import reporting, signing, verifying


def main(arguments: list[str]) -> int:
    """Check, print, and return 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m receipts", description="Check sealed receipts from outside.")
    verifying.add_arguments(parser)
    given = parser.parse_args(arguments)
    if not given.key or not (given.files or given.qr):
        parser.error("give at least one file or --qr, and a --key: the clinic publishes it")
    try:
        ring = signing.public_ring(given.key)
    except ValueError as wrong:
        parser.error(f"--key {wrong}")
    report = verifying.report(given.files, given.qr, ring=ring, selected=given.selection)
    sys.stdout.writelines(f"{line}\n" for line in reporting.said(report, for_programs=given.json))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
