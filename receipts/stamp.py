"""What a sealed document shows of its seal: a code, and the words beside it. Pure; `receipts.rendering` places it."""

from __future__ import annotations

from dataclasses import dataclass

from receipts import legible, qr, sealing
from receipts.sealing import Sealed
from receipts.words import Words

SHOWN = 16
"""So many digits of the hash stand on paper: enough to find the file, and to see that it is the one."""
PLACE = "M-7 -7h-7"
"""What the template draws for the code, a path of one line; the renderer puts the code's own rectangles there."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """`box` is the code in its own measure, its modules, as an SVG's viewBox. Around it the page is white."""

    box: str
    path: str
    alt: str
    note: str
    name: str


def of(sealed: Sealed, *, words: Words) -> Stamp:
    """The stamp in the words of the document's language."""
    edge = qr.draw(sealing.code_of(sealed)).size
    return Stamp(
        box=f"0 0 {edge} {edge}",
        path=PLACE,
        alt=words.say("QR code of the seal"),
        note=words.say(
            "The code holds this document's number, date and amount with a digital signature,"
            " so that anybody can check that nothing was changed."
        ),
        name=words.say("Seal {hash}").format(hash=legible.isolated(grouped(sealed.hash))),
    )


def grouped(hash_: str) -> str:
    """The start of a hash for people: "3f2a 91c0 7b1e 44d2"."""
    return " ".join(hash_[at : at + 4] for at in range(0, SHOWN, 4))
