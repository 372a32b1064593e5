"""The addresses of pages whose authority is a token in their path."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

PLACE = "-token-"
"""What stands in a path where its token goes."""


def absolute(view: str, token: str, *more: str) -> str:
    """The public address of a page, by the name of its view; `more` is what its path takes after the token."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path_of(view, *more).replace(PLACE, token)}"


def path(view: str, token: str, *more: str) -> str:
    """A page's address without the host: from one page to another, under whatever host the first was opened."""
    return urlsplit(absolute(view, token, *more)).path


@functools.lru_cache(maxsize=1024)
def path_of(view: str, *more: str) -> str:
    """A page's path without its token, kept: Django takes longer to find one than to sign a token."""
    return reverse(view, args=[PLACE, *more])
