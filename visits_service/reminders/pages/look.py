"""How every page looks and what it lets happen: one small style sheet in the clinic's colour, no scripts, no guests."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string

from servicekit.words import Words
from visits_service.reminders.pages import colours

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
    clinic = {
        "clinic": settings.CLINIC_NAME,
        "clinic_phone": settings.CLINIC_PHONE,
        "clinic_tel": "".join(digit for digit in settings.CLINIC_PHONE if digit in "+0123456789"),
        "questions": words.say("Questions? Call us:"),
    }
    frame = {
        "language": words.language,
        "direction": words.direction,
        "state": STATE,
        "style": style(settings.CLINIC_COLOUR),
    }
    html = render_to_string(f"reminders/pages/{template}.html", frame | clinic | context)
    return HttpResponse(html, status=status, headers=HEADERS | {"Content-Security-Policy": policy(frame["style"])})


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
