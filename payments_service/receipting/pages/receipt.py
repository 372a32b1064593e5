"""The page of a payment, and the PDF of each of its documents."""

from __future__ import annotations

import structlog
from django.http import HttpResponse

from payments_service.receipting import links, selectors
from payments_service.receipting.pages import doors, frame, phrases, words
from payments_service.receipting.pages.sight import Entry, sight_of
from receipts import filing, frozen, storage
from receipts.models import Receipt
from servicekit.pages import addresses, look

log = structlog.get_logger(__name__)

HEADERS = look.HEADERS | {"Cache-Control": "private, no-store"}


@doors.door(links.PAGE)
def page(token: str, receipt: Receipt) -> HttpResponse:
    """The receipt, what corrects it, how things stand, and a button for each PDF."""
    seen = sight_of(documents_with(receipt))
    context = phrases.of_page(words=seen.words) | {
        "headline": seen.notices[0].title,
        "notices": seen.notices,
        "facts": seen.facts,
        "entries": [(entry, path_of(entry, token)) for entry in seen.entries],
    }
    return frame.page("receipting/pages/receipt.html", context, clinic=seen.clinic, words=seen.words)


@doors.door(links.PAGE)
def page_pdf(token: str, receipt: Receipt, number: str) -> HttpResponse:
    """The PDF of one of the documents that the page shows, and of no other."""
    found = next((each for each in documents_with(receipt) if each.number == number), None)
    return doors.no_such_page() if found is None else file_of(found)


@doors.door(links.PDF)
def pdf(token: str, receipt: Receipt) -> HttpResponse:
    """The PDF that a member of staff has sent on."""
    return file_of(receipt)


def documents_with(receipt: Receipt) -> list[Receipt]:
    """All documents of the payment that this one is about, in the order of issue."""
    return selectors.documents_of(selectors.payment_of(receipt))


def path_of(entry: Entry, token: str) -> str:
    """Where the page's PDFs are."""
    return addresses.path("receipting:page_pdf", token, entry.number)


def file_of(receipt: Receipt) -> HttpResponse:
    """The file as it was filed, named by its number; a page with what to do where there is none."""
    if receipt.purged_at:
        return instead(receipt, phrases.of_purged_pdf, status=410)
    if not receipt.pdf_key:
        return instead(receipt, phrases.of_waiting_pdf, status=404)
    try:
        content = filing.read(receipt)
    except storage.Away:
        return instead(receipt, phrases.of_waiting_pdf, status=503)
    except filing.Damaged:
        log.error("receipt_pdf_damaged", receipt=receipt.number, hint=f"restore {receipt.pdf_key} from a backup")
        return instead(receipt, phrases.of_damaged_pdf, status=500)
    named = {"Content-Disposition": f'inline; filename="{receipt.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=HEADERS | named)


def instead(receipt: Receipt, say: phrases.Say, *, status: int) -> HttpResponse:
    """A page in place of the file, in the patient's language."""
    snapshot = frozen.from_json(receipt.snapshot)
    theirs = words.of(snapshot.locale)
    return frame.plain(say(words=theirs), clinic=snapshot.clinic, words=theirs, status=status)
