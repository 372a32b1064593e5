"""The PDF of one document, for whoever holds its link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from payments_service.receipting import links
from receipts import filing
from receipts.models import Receipt

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@require_safe
def pdf(request: HttpRequest, token: str, *, kind: str = links.PDF) -> HttpResponse:
    """The file as it was filed; nothing for a token that isn't good."""
    receipt = links.receipt_of(token, kind=kind)
    if receipt is None or not receipt.pdf_key:
        raise Http404
    return file_of(receipt)


def file_of(receipt: Receipt) -> HttpResponse:
    """The PDF as an answer that a browser shows under the document's number. Raises filing.Damaged."""
    named = {"Content-Disposition": f'inline; filename="{receipt.number}.pdf"'}
    return HttpResponse(filing.read(receipt), content_type="application/pdf", headers=HEADERS | named)
