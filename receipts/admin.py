"""Receipts in Django's admin: to look at and to download, never to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from receipts import filing, money, selectors, storage
from receipts.models import Receipt
from servicekit.admin import IDS_ONLY

# Django's admin classes are generic only to the type checker.
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Receipt]
else:
    Base = admin.ModelAdmin

UNREADABLE: dict[type[Exception], str] = {
    filing.Damaged: "The PDF of {} is lost or was changed, and can't be made again the same: restore it from a backup.",
    storage.Away: "The PDF of {} can't be read now: the storage of the PDFs is away. Try again in a minute.",
}


@admin.register(Receipt)
class ReceiptAdmin(Base):
    """A list with the amounts and the PDFs."""

    list_display = ["number", "kind", "issued_at", "total", "test", "pdf", "last_error"]
    list_filter = ["series", "kind", "test", "currency", "issued_at"]
    search_fields = ["number", "reference"]
    search_help_text = IDS_ONLY
    date_hierarchy = "issued_at"

    @admin.display(description="amount", ordering="amount")
    def total(self, receipt: Receipt) -> str:
        """The amount with its currency."""
        return money.format_amount(receipt.amount, currency=receipt.currency, locale="en")

    @admin.display(description="PDF")
    def pdf(self, receipt: Receipt) -> SafeString | str:
        """A link, as soon as there is a file."""
        if receipt.purged_at:
            return "purged"
        if not receipt.pdf_key:
            return "not yet"
        return format_html('<a href="{}">{}</a>', reverse("admin:receipts_receipt_pdf", args=[receipt.number]), "open")

    def get_urls(self) -> list[URLPattern]:
        """The address of the PDF comes before the admin's own, which would take it for an id."""
        pdf = path("<str:number>.pdf", self.admin_site.admin_view(self.download), name="receipts_receipt_pdf")
        return [pdf, *super().get_urls()]

    def download(self, request: HttpRequest, number: str) -> HttpResponse:
        """The PDF as it was filed, for staff who may see receipts."""
        receipt = selectors.by_number(number)
        if receipt is None or not receipt.pdf_key or receipt.purged_at:
            raise Http404
        if not self.has_view_permission(request, receipt):
            raise PermissionDenied
        try:
            content = filing.read(receipt)
        except (filing.Damaged, storage.Away) as why:
            self.message_user(request, UNREADABLE[type(why)].format(receipt.number), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:receipts_receipt_changelist"))
        disposition = {"Content-Disposition": f'inline; filename="{receipt.number}.pdf"'}
        return HttpResponse(content, content_type="application/pdf", headers=disposition)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Receipts are issued, not typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was issued stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A series has no gaps."""
        return False
