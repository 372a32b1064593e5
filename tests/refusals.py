"""What a member of staff reads where they may not go, in either service."""

from __future__ import annotations

import html
import re
from typing import Any

MEANS, WHOM = "it needs a right that you don't have", "Ask an administrator of Clinic Example"


def text_of(answer: Any) -> str:
    """The page's words, without its code."""
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'id="header"' in page, "it has the admin's look"
    return html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</head>")[2]))
