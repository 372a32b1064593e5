"""The two names that a failure outside gets, given at the edge of whoever talks to a provider.

Anything else that is raised is a bug of ours and stays loud.
"""

from __future__ import annotations


class ProviderFailure(Exception):
    """What a provider did not do. `code` is short, from a closed set, and never carries personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(ProviderFailure):
    """May pass by itself. `accepted_maybe` says that the provider may have taken the work before it failed.

    `retry_after` is how long the provider asked to be left alone, in seconds, when it said so.
    """

    def __init__(self, code: str, *, accepted_maybe: bool = False, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.accepted_maybe = accepted_maybe
        self.retry_after = retry_after


class GiveUp(ProviderFailure):
    """Will not pass by itself: a person has to look. `about` names the part of the request at fault, if known."""

    def __init__(self, code: str, *, about: str = "") -> None:
        super().__init__(code)
        self.about = about
