"""What a page without a login gives away: to whoever asks with a wrong link, and to whoever sees it pass by."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from servicekit import correlation

GUESTS = re.compile(r"<script|<img|<link|<iframe|\bstyle=|\bon\w+=|@import|url\(|https?://")
"""What would load or run something."""


def seen_of(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """All of an answer, but for the id that every request is given."""
    headers = {name: value for name, value in answer.headers.items() if name != correlation.HEADER}
    return answer.status_code, answer.content, headers


def is_private(answer: Any) -> bool:
    """Whether it is kept nowhere, indexed nowhere, framed by nobody, and its address told to nobody."""
    kept = "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    shown = answer["X-Robots-Tag"] == "noindex, nofollow" and answer["X-Frame-Options"] == "DENY"
    return kept and shown and not answer.cookies


def lets_in_its_own_style_alone(answer: Any) -> bool:
    """Whether the policy allows the page's style sheet, our own forms, and nothing else."""
    [sheet] = re.findall(rb"<style>(.*?)</style>", answer.content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'"
    return bool(answer["Content-Security-Policy"] == f"{allowed}; frame-ancestors 'none'")
