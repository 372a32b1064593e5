"""The pages of one visit: how it stands, confirming it, and asking the clinic for a change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from servicekit.pages import look
from servicekit.words import Words
from visits_service.reminders import answers, links
from visits_service.reminders.models import Answer
from visits_service.reminders.pages import doors, facts, frame, phrases
from visits_service.reminders.pages.standing import Sight, Standing, sight_of
from visits_service.visits.models import Visit

WISHES = [(Answer.Kind.MOVE, "move"), (Answer.Kind.CANCEL, "cancel")]


class Wish(forms.Form):
    """What a patient asks the clinic for."""

    kind = forms.ChoiceField(choices=WISHES)
    text = forms.CharField(required=False)

    def clean_text(self) -> str:
        """At most `LONGEST_TEXT` characters; a browser counts a line break as one, and sends two."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if len(text) > answers.LONGEST_TEXT:
            raise forms.ValidationError("too long")
        return text


@doors.for_visit
def visit_page(request: HttpRequest, token: str, visit: Visit) -> HttpResponse:
    """How the visit stands; a POST confirms it as it was seen, and one that has changed meanwhile is shown anew."""
    now = timezone.now()
    if request.method != "POST":
        return shown(token, visit, sight=sight_of(visit, now=now))
    if answers.confirm(visit, version=version_seen(request), at=now):
        return look.see(links.path("visit_page", token))
    visit.refresh_from_db()
    return shown(token, visit, sight=sight_of(visit, now=now, seen_otherwise=True), status=409)


@doors.for_visit
def visit_change(request: HttpRequest, token: str, visit: Visit) -> HttpResponse:
    """Ask for another time, or to cancel; a visit that isn't to come has its own page instead."""
    if not answers.is_to_come(visit, now=timezone.now()):
        return look.see(links.path("visit_page", token))
    if request.method != "POST":
        return asking(token, visit)
    wish = Wish(request.POST)
    if not wish.is_valid():
        return asking(token, visit, wish=wish)
    answers.ask(visit, wish.cleaned_data["kind"], text=wish.cleaned_data["text"], at=timezone.now())
    return look.see(links.path("visit_page", token))


def shown(token: str, visit: Visit, *, sight: Sight, status: int = 200) -> HttpResponse:
    """The visit's page."""
    words = doors.words_for(visit.patient)
    said = phrases.notices(sight, words=words)
    context = phrases.of_visit(words=words) | about(visit, words=words) | {
        "notices": said,
        "headline": said[0].title,
        "can_confirm": sight.standing == Standing.BOOKED,
        "can_ask": sight.to_come,
        "confirm_path": links.path("visit_confirm", token),
        "change_path": links.path("visit_change", token),
    }  # fmt: skip
    return frame.page("reminders/pages/visit.html", context, words=words, status=status)


def asking(token: str, visit: Visit, *, wish: Wish | None = None) -> HttpResponse:
    """The page that asks for a change, with what is wrong about what was sent."""
    words = doors.words_for(visit.patient)
    wrong = {name: phrases.what_is_wrong(name, most=answers.LONGEST_TEXT, words=words) for name in errors_of(wish)}
    context = phrases.of_change(words=words) | about(visit, words=words) | {
        "wrong": wrong,
        "kind": wish["kind"].value() if wish else "",
        "text": wish["text"].value() if wish else "",
        "longest": answers.LONGEST_TEXT,
        "visit_path": links.path("visit_page", token),
    }  # fmt: skip
    return frame.page("reminders/pages/change.html", context, words=words)


def errors_of(wish: Wish | None) -> list[str]:
    """The names of the fields that can't be taken as they were sent."""
    return list(wish.errors) if wish else []


def about(visit: Visit, *, words: Words) -> dict[str, Any]:
    """The visit, as both pages show it."""
    return phrases.of_facts(words=words) | {"facts": facts.facts_of(visit, words=words), "version": visit.version}


def version_seen(request: HttpRequest) -> int:
    """The version of the visit that the page with the button showed; 0 where it doesn't say."""
    written = request.POST.get("version", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
