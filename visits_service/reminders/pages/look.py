"""How every page looks and what it lets happen: one small style sheet in the clinic's colour, no scripts, no guests."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from servicekit.words import Words
from visits_service.reminders import clinic, colours

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


def page(template: str, context: dict[str, Any], *, words: Words, status: int = 200) -> HttpResponse:
    """The page as an answer. `context` has its title and all that it says."""
    ours = clinic.profile()
    sheet = style(ours.colour)
    frame = {
        "language": words.language,
        "direction": words.direction,
        "style": sheet,
        "state": STATE,
        "clinic": ours.name,
        "phone": ours.phone,
        "phone_to_dial": "".join(sign for sign in ours.phone if sign in "+0123456789"),
        "questions": words.say("Questions? Call us:"),
    }
    html = render_to_string(f"reminders/pages/{template}.html", frame | context)
    return HttpResponse(html, status=status, headers=HEADERS | {"Content-Security-Policy": policy(sheet)})


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
    return render_to_string("reminders/pages/style.css", shades)


@functools.lru_cache(maxsize=8)
def policy(sheet: str) -> str:
    """The Content-Security-Policy that lets in this style sheet and our own forms, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
