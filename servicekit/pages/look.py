"""How every page looks and what it lets happen: one small style sheet in the house's colour, no scripts, no guests."""

from __future__ import annotations

import base64
import functools
import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from servicekit.pages import colours
from servicekit.words import Words

PAPER, NIGHT = "#ffffff", "#1c232b"
"""What text stands on, by day and by night."""

STATE = "state"
"""The part of a page that says how things stand."""


HEADERS = {
    # The address is the authority: it must not be kept, indexed or told to others.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class House:
    """Whose page it is: name, colour as `#rrggbb`, and where questions go, a phone as it is read and an address."""

    name: str
    colour: str
    phone: str = ""
    email: str = ""


def page(template: str, context: dict[str, Any], *, house: House, words: Words, status: int = 200) -> HttpResponse:
    """The page as an answer. `context` has its title, all that it says, and what stands before phone and address."""
    sheet = style(house.colour)
    frame = {
        "language": words.language,
        "direction": words.direction,
        "style": sheet,
        "state": STATE,
        "house": house,
        "phone_to_dial": "".join(sign for sign in house.phone if sign in "+0123456789"),
    }
    html = render_to_string(template, frame | context)
    return HttpResponse(html, status=status, headers=HEADERS | {"Content-Security-Policy": policy(sheet)})


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that has to be seen first.

    `tone` is how it looks, and never all that it says: good, open, new, asked, past or off.
    """

    tone: str
    title: str
    text: str


def see(path: str) -> HttpResponse:
    """After a deed: look at that page, and at what it says first. Coming back or reloading does nothing again."""
    return HttpResponse(status=303, headers=HEADERS | {"Location": f"{path}#{STATE}"})


@functools.lru_cache(maxsize=8)
def style(colour: str) -> str:
    """The style sheet in that colour, readable by day and by night."""
    shades = {
        "colour": colour,
        "paper": PAPER,
        "night": NIGHT,
        "by_day": colours.readable(colour, on=PAPER),
        "by_night": colours.readable(colour, on=NIGHT),
    }
    return render_to_string("pages/style.css", shades)


@functools.lru_cache(maxsize=8)
def policy(sheet: str) -> str:
    """The Content-Security-Policy that lets in this style sheet and our own forms, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
