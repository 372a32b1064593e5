"""What was written for a patient goes to an address that was typed just now: whoever typed it is asked once more.

A slip there gives a patient's papers to a stranger. The forms of every page that sends something stand on `Form`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `what` goes to `to`, where `known` ("" for nobody's) is on record; `so` says what comes of that.

    `here` is the path of the page with the form, which the answer is posted to.
    """

    what: str
    to: str
    known: str
    so: str
    here: str


class Form(forms.Form):
    """An address that isn't on record has to be confirmed: `confirmed` is the one that was shown then."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def is_confirmed(self, to: str, *, known: str) -> bool:
        """Whether it goes where it is known to, or where somebody has said once more that it should."""
        return to in (known, self.cleaned_data["confirmed"])


def ask(request: HttpRequest, form: Form, question: Question, *, context: Mapping[str, Any]) -> TemplateResponse:
    """The address once more, alone on a page of the admin (`context` has `opts`); its button posts the form again."""
    sure = {**request.POST.dict(), "confirmed": question.to}
    shown = {
        **context,
        "title": f"Send {question.what} to another address?",
        "question": question,
        "asked": [(name, sure[name]) for name in form.fields if name in sure],
    }
    return TemplateResponse(request, "admin/elsewhere.html", shown)
