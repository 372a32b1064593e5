"""How documents and letters look, in each language and in each clinic's name, on one page for the staff.

A letter stands in a frame, as `servicekit.framed` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from payments_service.desk import figures
from payments_service.receipting import clinic, samples, words
from payments_service.receipting.letters import Letter
from receipts import kinds, labels
from receipts import words as on_paper
from servicekit import framed


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at: a kind of letter, a language, and a clinic's account, empty for the installation's own."""

    kind: str
    language: str
    account: str

    @property
    def query(self) -> str:
        """The same as an address says it."""
        return urlencode({"kind": self.kind, "language": self.language, "clinic": self.account})


def chosen(request: HttpRequest) -> Choice:
    """What the address asks for; what there is none of is the receipt, the clinic's language, the own clinic."""
    asked = request.GET
    account = asked.get("clinic", "")
    return Choice(
        kind=asked["kind"] if asked.get("kind") in samples.LETTERS else kinds.RECEIPT,
        language=asked["language"] if asked.get("language") in languages() else fallback(),
        account=account if account in settings.CLINIC_PROFILES else "",
    )


def languages() -> list[str]:
    """Those that letters are written in."""
    return words.CATALOGUE.languages()


def fallback() -> str:
    """The clinic's own language, if letters are written in it."""
    own = words.of(settings.CLINIC_LOCALE).locale.language
    return own if own in languages() else "en"


def page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """The choices, the letter in a frame and as text beside it, and the way to the PDF."""
    choice = chosen(request)
    own: dict[str, Any] = {
        "title": "How documents and letters look",
        "choice": choice,
        "letter": letter_of(choice),
        "kinds": [(kind, name_of(kind)) for kind in samples.LETTERS],
        "languages": [(code, words.of(code).locale.get_display_name("en")) for code in languages()],
        "clinics": [(account, figures.clinic_of(account)) for account in ("", *settings.CLINIC_PROFILES)],
        "has_pdf": choice.kind != samples.FRESH_LINK,
    }
    return TemplateResponse(request, "admin/desk/previews.html", context | own)


def letter(request: HttpRequest) -> HttpResponse:
    """The letter alone, as a mail program shows it."""
    return framed.letter(letter_of(chosen(request)).html)


def document(request: HttpRequest) -> HttpResponse:
    """The PDF that comes with the letter; the receipt's where none does."""
    choice = chosen(request)
    kind = kinds.RECEIPT if choice.kind == samples.FRESH_LINK else choice.kind
    sample = samples.of(kind, locale=choice.language, profile=clinic.of(choice.account), at=timezone.now())
    disposition = {"Content-Disposition": f'inline; filename="{sample.number}.pdf"'}
    return HttpResponse(samples.pdf(sample), content_type="application/pdf", headers=disposition)


def letter_of(choice: Choice) -> Letter:
    """The letter, written now."""
    return samples.letter(choice.kind, locale=choice.language, profile=clinic.of(choice.account), at=timezone.now())


def name_of(kind: str) -> str:
    """What the staff call it."""
    return "A fresh link" if kind == samples.FRESH_LINK else labels.of(kind, words=on_paper.of("en")).title
