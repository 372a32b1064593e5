"""An email's HTML in a frame of a page of ours: it brings its own styles, as emails do, and may do nothing else."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
"""No script, no form, nothing from elsewhere, no way out of the frame; also where the address is opened by itself."""


def letter(html: str) -> HttpResponse:
    """The answer that a frame shows."""
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"})


shows_letters = method_decorator(csp_update({"frame-src": [SELF]}))
"""For a method that is a view: its page may have frames of our own."""
