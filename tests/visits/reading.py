"""What reaches a patient, read as they and their programs read it."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from icalendar import Calendar

from notifications import messages
from tests.visits.builders import reminders_of
from visits_service.reminders import writing
from visits_service.visits.models import Visit


def the_email(visit: Visit, *, now: datetime) -> messages.Email:
    """The visit's reminder as it is written at this instant."""
    written = writing.write(reminders_of(visit)["email"], now=now)
    assert isinstance(written, messages.Email)
    return written


def the_sms(visit: Visit, *, now: datetime) -> messages.Sms:
    """The same as a text message."""
    written = writing.write(reminders_of(visit)["sms"], now=now)
    assert isinstance(written, messages.Sms)
    return written


class Page(HTMLParser):
    """What a mail program shows of some HTML, and the tags that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All that can be read."""
        return "".join(self.words)

    def all_of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each tag of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


def calendar_of(text: str) -> Calendar:
    """The attached file as a calendar program takes it."""
    found = Calendar.from_ical(text.encode())
    assert isinstance(found, Calendar)
    return found


def event_in(text: str) -> Any:
    """The one event of such a file, by the names of its properties."""
    (event,) = calendar_of(text).walk("VEVENT")
    return event


def event_of(email: messages.Email) -> Any:
    """The event that an email brings."""
    return event_in(email.attachments[0].text)
