"""The report that goes to the clinic: a proof as an email, in the clinic's language, with nobody's name in it."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string

from notifications import messages
from payments_service.bookkeeping import proving, texts, words
from payments_service.bookkeeping.proof import Proof


def report_of(proof: Proof, *, to: str) -> messages.Email:
    """The report on a day; one day is reported once, whoever asks how often."""
    report = texts.report(proof, words=words.of(settings.CLINIC_LOCALE), zone=proving.clinic())
    context = {
        "report": report,
        "clinic": settings.CLINIC_NAME,
        "colour": settings.CLINIC_COLOUR,
        "site": settings.PUBLIC_URL,
        "page": proving.page_of(proof.day),
    }
    key = f"proof:{proof.day.isoformat()}"
    return messages.Email(
        to=to,
        subject=f"{report.title}: {report.headline}",
        text=render_to_string("bookkeeping/report.txt", context),
        html=render_to_string("bookkeeping/report.html", context),
        language=report.language,
        about=key,
        dedupe_key=key,
    )
