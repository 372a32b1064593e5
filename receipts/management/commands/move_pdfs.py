"""`python -m payments_service move_pdfs`: every PDF on record from a folder into the bucket of MEDIA_BUCKET."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management.base import BaseCommand, CommandError, CommandParser

from receipts import moving, storage, verifying


class Command(BaseCommand):
    """It may be stopped at any moment and run again: what is in the bucket already is only compared with its hash."""

    help = "Copy the PDFs on record into the bucket, each checked. See docs/how-to/keep-pdfs-in-a-bucket.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from, and whether the files there may go."""
        parser.add_argument("--from", dest="folder", type=Path, help="the folder of the PDFs; MEDIA_ROOT unless given")
        parser.add_argument("--remove", action="store_true", help="delete each file once the bucket gives it back")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, say what is lost, and end with 1 when anything is."""
        folder = options["folder"] or Path(settings.MEDIA_ROOT)
        if isinstance(storages["default"], FileSystemStorage):
            raise CommandError("MEDIA_BUCKET isn't set, so there is no bucket to copy to.")
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder; name that of the PDFs with --from.")
        seen = self.copied(folder, remove=options["remove"])
        self.stdout.write(", ".join(f"{count} {outcome}" for outcome, count in seen.items()) or "no PDF is on record")
        self.stderr.write(self.left_in(folder, remove=options["remove"]))
        if seen[moving.Outcome.LOST]:
            sys.exit(1)

    def left_in(self, folder: Path, *, remove: bool) -> str:
        """What is to be said of the folder's files, which no purge looks for; those of purged documents go first."""
        if not remove:
            return f"{folder} keeps its files, and no purge looks there: once all is well, run this with --remove."
        return f"{moving.forget(folder)} files of purged documents were still in {folder}, and are deleted."

    def copied(self, folder: Path, *, remove: bool) -> Counter[moving.Outcome]:
        """How often each thing happened, with a progress bar for somebody who looks at it."""
        seen: Counter[moving.Outcome] = Counter()
        try:
            with verifying.bar() as progress:
                task = progress.add_task("PDFs", total=moving.count())
                for batch in moving.documents():
                    for document, outcome in moving.move(batch, folder=folder, remove=remove):
                        seen[outcome] += 1
                        progress.advance(task)
                        if outcome is moving.Outcome.LOST:
                            self.stderr.write(f"{document.number}: restore {document.key} from a backup")
        except storage.Away as away:
            raise CommandError(
                f"the bucket can't be used ({away.code}); run it again, it goes on from there."
            ) from None
        return seen
