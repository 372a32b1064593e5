"""What a service tells of its personal data: the setting `PERSONAL_DATA` names where. Rules and doors here ask it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, cast

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string


class NotKnown(LookupError):
    """There is nothing of such a person; the message says what was looked for, without the value."""


class Ambiguous(LookupError):
    """More than one person is meant; the message says how to choose."""


class Busy(RuntimeError):
    """Something of the person's is under way; the message says what, and that a minute later it won't be."""


class Missing(Exception):
    """A file of the person's can't be read now; the message, which they are given, says so."""


class Purge(Protocol):
    """Forgets at most `limit` rows of a kind that are older than `before`; how many, and none once it gets no further.

    It is called in a transaction of its own, or in none if its kind is `outside`.
    """

    def __call__(self, *, before: datetime, limit: int) -> int:
        """Do it."""


class Due(Protocol):
    """When a row is to be gone that is there `since` and is kept for so long."""

    def __call__(self, since: datetime, /, *, keep: timedelta) -> datetime:
        """Say it."""


def period_later(since: datetime, *, keep: timedelta) -> datetime:
    """As long after that as it is kept."""
    return since + keep


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal data: `keep` is how long, `overdue` the rows older than an instant, whose age is `since`.

    `becomes` says what is left of a row. What is still at work is never overdue. `outside`: the purge calls somebody
    over the network. `due` is the instant at which a row of some age is to be gone: `keep` later, unless a kind counts
    otherwise.
    """

    name: str
    keep: timedelta
    becomes: str
    overdue: Callable[[datetime], QuerySet[Any]]
    since: str
    purge: Purge
    outside: bool = False
    due: Due = period_later

    def oldest(self, *, now: datetime) -> datetime | None:
        """Since when the oldest row exists that should be gone; None when there is none."""
        rows = self.overdue(now - self.keep).order_by(self.since)
        return cast("datetime | None", rows.values_list(self.since, flat=True).first())

    def late(self, *, now: datetime) -> timedelta:
        """By how much the oldest row has outlived its time; none where nothing has."""
        oldest = self.oldest(now=now)
        return max(now - self.due(oldest, keep=self.keep), timedelta(0)) if oldest else timedelta(0)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the law keeps of an erased person: a document's number, why, and until when."""

    name: str
    why: str
    until: date


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure comes to: how many rows of each kind, and what stays."""

    counts: Mapping[str, int]
    kept: Sequence[Kept] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """All that is kept of one person: `data` as JSON takes it, `files` by name, `language` a BCP 47 tag.

    Reading a file may raise Missing.
    """

    data: Mapping[str, Sequence[Mapping[str, Any]]]
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    language: str = "en"


class Service(ABC):
    """The personal data of one service. `identifiers` are what a person can be found by, with a help text each."""

    identifiers: Mapping[str, str]

    @abstractmethod
    def kinds(self) -> Sequence[Kind]:
        """Every kind of personal data that doesn't stay for good, in the order in which it is purged."""

    @abstractmethod
    def find(self, given: Mapping[str, str]) -> Any:
        """The person's rows, in the service's own words. Raises NotKnown and Ambiguous."""

    @abstractmethod
    def erase(self, person: Any, *, at: datetime) -> Erased:
        """Forget what the law lets be forgotten, in the caller's transaction. Raises Busy."""

    @abstractmethod
    def export(self, person: Any) -> Exported:
        """All that is kept of the person, and nothing of others."""


def of_this_project() -> Service:
    """The service whose process this is."""
    return cast(Service, import_string(settings.PERSONAL_DATA))


def overdue_counts(*, now: datetime) -> Iterator[tuple[Kind, int]]:
    """Each kind with the number of its rows that a purge would forget now."""
    for kind in of_this_project().kinds():
        yield kind, kind.overdue(now - kind.keep).count()
