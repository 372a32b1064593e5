"""What a check of sealed documents can find, in words for the person who has to act. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened, as far as a check can tell. Other programs rely on these words."""

    CHANGED = "changed"
    BACK_DATED = "back-dated"
    SWAPPED = "swapped"
    RENUMBERED = "renumbered"
    MISSING = "missing"
    UNUSED = "unused-number"
    BROKEN = "broken-link"
    FORGED = "forged-signature"
    FOREIGN = "unknown-key"
    RESEALED = "sealed-anew"
    STRIPPED = "seal-removed"
    NOT_SEALED = "not-sealed"
    BEFORE_SEALS = "before-seals"
    COUNTER = "counter"
    HEAD = "head"
    PURGED = "purged"
    FILE_MISSING = "file-missing"
    FILE_CHANGED = "file-changed"
    PRINTED = "printed-otherwise"
    SAVED_AGAIN = "saved-again"
    TWICE = "twice"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` names a document, a series or a file; `what` and `todo` are sentences, without anybody's data.

    A finding that isn't `wrong` is for the record: it is how things should be, and says what can't be shown.
    """

    kind: Kind
    where: str
    what: str
    todo: str
    wrong: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}. {self.what} {self.todo}".strip()


RESTORE = "Compare it with a backup and with the PDF that the patient has, and restore it."
ASK_WHY = "Find out who could write to the database, and compare with a backup."
