"""The file that a command writes: looked at before any work is done for it, and there only once it is complete.

It never goes over another one unasked. A private one is for its owner's eyes, from its first byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandError, CommandParser

OWNER_ONLY, AS_USUAL = 0o600, 0o666


def add_argument(parser: CommandParser) -> None:
    """That a file which is there already may go."""
    parser.add_argument("--overwrite", action="store_true", help="replace the file if there is one already")


@contextmanager
def opened(path: Path, *, overwrite: bool, private: bool) -> Iterator[BinaryIO]:
    """Somewhere to write the file's bytes to, which is put in its place at the end; a crash leaves nothing behind.

    Raises CommandError at once where there is a file already that nobody said may go, or where none can be written.
    """
    if problem := problem_with(path, overwrite=overwrite):
        raise CommandError(problem)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(unfinished, flags, OWNER_ONLY if private else AS_USUAL), "wb") as file:
            yield file
        put(unfinished, path, overwrite=overwrite)
    except FileExistsError:
        raise CommandError(there_already(path)) from None
    except OSError as error:
        raise CommandError(f"{path} can't be written: {os.strerror(error.errno or 0)}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def problem_with(path: Path, *, overwrite: bool) -> str:
    """Why nothing can be written there; empty where it can. A link that leads nowhere is something, too."""
    if path.is_dir():
        return f"{path} can't be written: it is a folder. Name a file in it."
    return there_already(path) if os.path.lexists(path) and not overwrite else ""


def put(unfinished: Path, path: Path, *, overwrite: bool) -> None:
    """Let it be the file of that name. Raises FileExistsError where one has come meanwhile that may not go."""
    if not overwrite:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    unfinished.replace(path)  # one name for one file: nobody ever sees a part of it


def there_already(path: Path) -> str:
    """What is in the way, and what to do."""
    return f"{path} is there already, and nothing was done. Name another file, or let it be replaced with --overwrite."
