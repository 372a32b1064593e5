"""The file that a command writes: looked at before any work is done for it, and there only once it is complete.

It never goes over another one unasked. A private one is for its owner's eyes, from its first byte.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandError, CommandParser

OWNER_ONLY, AS_USUAL = 0o600, 0o666
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def add_argument(parser: CommandParser) -> None:
    """That a file which is there already may go."""
    parser.add_argument("--overwrite", action="store_true", help="replace the file if there is one already")


@contextmanager
def opened(path: Path, *, overwrite: bool, private: bool) -> Iterator[BinaryIO]:
    """Somewhere to write the file's bytes to, which is put in its place at the end; a crash leaves nothing behind.

    Raises CommandError at once where there is a file already that nobody said may go, or where none can be written.
    What goes wrong meanwhile, and isn't about this file, is raised as it is.
    """
    with problems_said(path):
        refuse_what_is_there(path, overwrite=overwrite)
        unfinished = new_beside(path, private=private)
    try:
        with no_room_said(path), unfinished.open("wb") as file:
            yield file
        with problems_said(path):
            put(unfinished, path, overwrite=overwrite)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


@contextmanager
def problems_said(path: Path) -> Iterator[None]:
    """A system's refusal to have this file as a sentence."""
    try:
        yield
    except FileExistsError:
        raise CommandError(there_already(path)) from None
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror or type(error).__name__}.") from None


@contextmanager
def no_room_said(path: Path) -> Iterator[None]:
    """A disk that is full as a sentence; whatever else the work stumbles over isn't about the file."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise CommandError(f"{path} can't be written: {error.strerror}.") from None


def refuse_what_is_there(path: Path, *, overwrite: bool) -> None:
    """Raise CommandError where nothing can be written. A link that leads nowhere is something, too."""
    if path.is_dir():
        raise CommandError(f"{path} can't be written: it is a folder. Name a file in it.")
    if os.path.lexists(path) and not overwrite:
        raise FileExistsError


def new_beside(path: Path, *, private: bool) -> Path:
    """An empty file of nobody else's in the same folder; a `private` one is for its owner's eyes."""
    made = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    os.close(os.open(made, NEW, OWNER_ONLY if private else AS_USUAL))
    return made


def put(unfinished: Path, path: Path, *, overwrite: bool) -> None:
    """Let it be the file of that name. Raises FileExistsError where one has come meanwhile that may not go."""
    if not overwrite:
        os.close(os.open(path, NEW, OWNER_ONLY))
    try:
        unfinished.replace(path)  # one name for one file: nobody ever sees a part of it
    except OSError:
        if not overwrite:
            path.unlink()
        raise


def there_already(path: Path) -> str:
    """What is in the way, and what to do."""
    return f"{path} is there already, and nothing was done. Name another file, or let it be replaced with --overwrite."
