"""Three visits through the real stack: one is tomorrow, one is moved, one is cancelled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from scripts import stack
from scripts.demo.story import Outcome, Story, letters_to
from scripts.processes import Trouble, eventually

TITLE = "Three visits and their reminders"
PATIENT = {
    "external_id": "patient-7",
    "name": "Zofia Wiśniewska",
    "email": "zofia@reminders.example",
    "phone": "+48 512 345 678",
    "locale": "pl",
}
QUARTER = timedelta(minutes=15)
TOMORROW = timedelta(days=1)


def journey(laptop: stack.Stack, story: Story) -> Outcome:
    """A visit tomorrow with its email and its SMS; a second one that moves and a third that doesn't take place."""
    api = Api(laptop)
    story.tell("a visit tomorrow", lambda: api.book("tomorrow", in_time(TOMORROW)), result=when)
    api.book("moved", in_time(3 * TOMORROW))
    story.tell("a visit is moved", lambda: api.book("moved", in_time(5 * TOMORROW)), result=when)
    story.tell("its reminders", lambda: api.reminders("moved"), result=counted)
    api.book("cancelled", in_time(3 * TOMORROW))
    story.tell("a visit is cancelled", lambda: api.cancel("cancelled"), result=lambda visit: str(visit["status"]))
    story.tell("its reminders", lambda: api.reminders("cancelled"), result=counted)
    story.tell(
        "tomorrow's reminders", lambda: eventually(api.reminded, "the reminders didn't go out"), result=delivered
    )
    return outcome(laptop)


def outcome(laptop: stack.Stack) -> Outcome:
    """Good means one email and one SMS, both for the visit of tomorrow."""
    emails, texts = letters_to(PATIENT["email"], laptop.mail), sorted(laptop.texts.glob("*.txt"))
    wrong = f"expected one email and one SMS of the visits, got {len(emails)} and {len(texts)}"
    return Outcome(files=[*emails, *texts], wrong="" if len(emails) == len(texts) == 1 else wrong)


def in_time(wait: timedelta) -> datetime:
    """A quarter of an hour on the clock, up to that long from now: within the lead, so that nobody has to wait."""
    then = datetime.now(UTC) + wait
    return then.replace(minute=then.minute // 15 * 15, second=0, microsecond=0)


def when(visit: dict[str, Any]) -> str:
    """The visit's start as a person reads it."""
    return f"{datetime.fromisoformat(visit['starts_at']):%a %d %b, %H:%M} UTC"


def counted(reminders: list[dict[str, Any]]) -> str:
    """How many are in which state."""
    states = Counter(reminder["state"] for reminder in reminders)
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items(), reverse=True))


def delivered(reminders: list[dict[str, Any]]) -> str:
    """Each channel, and how its message fares."""
    return ", ".join(f"{reminder['channel']} {reminder['delivery']}" for reminder in reminders)


class Api:
    """The service's own API, as the clinic's booking system calls it."""

    def __init__(self, laptop: stack.Stack) -> None:
        self.base = f"{laptop.web_url(stack.VISITS)}/api/v1/visits"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {laptop.env['API_TOKENS']}"

    def book(self, visit: str, starts_at: datetime) -> dict[str, Any]:
        """Put a visit on record, or move it."""
        about = {"timezone": "Europe/London", "practitioner": "Dr. Grace Hopper", "place": "12 Harbour Street"}
        body: dict[str, Any] = {"starts_at": starts_at.isoformat(), **about, "patient": PATIENT}
        answer = self.session.put(f"{self.base}/{visit}", json=body, timeout=30)
        return made(answer)

    def cancel(self, visit: str) -> dict[str, Any]:
        """Cancel a visit."""
        return made(self.session.post(f"{self.base}/{visit}/cancel", timeout=30))

    def reminders(self, visit: str) -> list[dict[str, Any]]:
        """The reminders of a visit, those of older versions among them."""
        answer = self.session.get(f"{self.base}/{visit}/reminders", timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def reminded(self) -> list[dict[str, Any]]:
        """Tomorrow's reminders, once the messages of all of them were taken by their providers."""
        found = self.reminders("tomorrow")
        return found if {reminder["delivery"] for reminder in found} == {"sent"} else []


def made(answer: requests.Response) -> dict[str, Any]:
    """The body of a good answer; raises Trouble for another."""
    if not answer.ok:
        raise Trouble(f"visits_service refused: {answer.text}")
    body: dict[str, Any] = answer.json()
    return body
