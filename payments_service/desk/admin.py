"""The page of a payment with its whole story and what can be done about it, and the search that leads there."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from notifications.tasks import deliver_email
from payments_service.desk import overview, previews, searching, standing, story
from payments_service.desk.forms import SendAgainForm
from payments_service.desk.story import Rows
from payments_service.payments import obstacles, words
from payments_service.payments.admin import PaymentAdmin
from payments_service.payments.models import Checkout, Payment
from payments_service.receipting import sending
from payments_service.receipting.forms import question_of
from payments_service.replaying import redoing
from payments_service.replaying.admin import ReplayableEventAdmin
from payments_service.replaying.models import Replay
from payments_service.replaying.redoing import Order
from payments_service.webhooks.models import StripeEvent
from receipts.admin import ReceiptAdmin
from receipts.models import Receipt
from servicekit import elsewhere, framed
from servicekit.celery import nudge
from servicekit.overview import lists

SEND = "receipting.change_undeliveredreceipt"
"""Whoever may send documents that didn't arrive may send any again, there or elsewhere."""
SENT = "It is on its way; it stands below as soon as it went out."
SENT_BEFORE = "Nothing was sent: this document was sent for this reason already. Give another one to send it once more."
OTHER_ADDRESS = "Nothing was sent: for this reason it went to another address already. Give another reason."
NOTHING_FITS = "Nothing fits. Try less of it, another spelling, or the number on the receipt."

for model in (Payment, Receipt):  # their own apps can't know of this one, which stands on them
    admin.site.unregister(model)


@admin.register(Payment)
class PaymentStoryAdmin(PaymentAdmin):
    """The list of payments; behind each its story. The fields as they are stored are one link away."""

    actions = ("replay",)
    list_display = ("stripe_id", "account", "total", "paid_at", "document", "livemode", "attempts", "waits_for")

    def get_urls(self) -> list[URLPattern]:
        """The search comes before the admin's own addresses, which would take it for an id."""
        search = path("search/", self.admin_site.admin_view(self.search), name="payments_payment_search")
        return [search, *super().get_urls()]

    def search(self, request: HttpRequest) -> HttpResponse:
        """The payments that fit what was posted; straight to the story where it is one only."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sought = request.POST.get("sought", "")
        found = searching.find(sought, people=lists.may_see(request.user, Checkout))
        if len(found) == 1:
            return HttpResponseRedirect(address_of(found[0]))
        context = {
            **self.around(request),
            "title": "Find a payment",
            "search": overview.search(request.user),
            "sought": sought,
            "on_record": [payment.pk for payment in found],
            "found": [(payment, address_of(payment), self.total(payment)) for payment in found[: searching.MOST]],
            "more": len(found) > searching.MOST,
            "nothing": NOTHING_FITS if sought else "",
        }
        return TemplateResponse(request, "admin/desk/found.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The story; what is posted there sends a document. With `?stored=yes` the fields as they are stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        payment = self.get_object(request, object_id)
        if payment is None or "stored" in request.GET:
            return super().change_view(request, object_id, form_url, extra_context)
        rows = story.rows_of(payment)
        if request.method != "POST":
            return self.page(request, rows)
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        return self.send(request, rows)

    def send(self, request: HttpRequest, rows: Rows) -> HttpResponse:
        """Queue one more letter; where it goes to another address than before, ask once more first."""
        form = SendAgainForm(request.POST, documents=rows.documents, erased=is_erased(rows))
        if not form.is_valid():
            return self.page(request, rows, form)
        given, known = form.cleaned_data, rows.payment.email
        if not form.is_confirmed(given["email"], known=known):
            here = address_of(rows.payment)
            question = question_of(given["document"], form, known=known, here=here, erased=is_erased(rows))
            return elsewhere.ask(request, form, question, context=self.around(request))
        to = "" if given["email"] == known else given["email"]
        order = Order(Replay.Door.ADMIN, timezone.now(), by=request.user.get_username(), reason=given["reason"])
        try:
            message_id = redoing.again(given["document"], order=order, to=to, keep=given["keep"])
        except sending.KeyReused:
            return self.back(request, rows.payment, OTHER_ADDRESS, level=messages.WARNING)
        if message_id is None:
            return self.back(request, rows.payment, SENT_BEFORE, level=messages.WARNING)
        nudge(deliver_email, message_id=message_id)
        self.log_change(request, rows.payment, f"Sent {given['document']} again.")
        return self.back(request, rows.payment, SENT)

    def around(self, request: HttpRequest) -> dict[str, Any]:
        """What stands around a page of this part of the admin."""
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def page(self, request: HttpRequest, rows: Rows, form: SendAgainForm | None = None) -> HttpResponse:
        """Everything that is known of a payment, and what can be done."""
        payment = rows.payment
        ready = [document for document in rows.documents if document.pdf_key]
        may_send = request.user.has_perm(SEND) and bool(ready)
        blank = SendAgainForm(initial={"email": payment.email}, documents=ready, erased=is_erased(rows))
        context = {
            **self.around(request),
            "title": standing.title_of(payment),
            "stands": standing.of(rows, reader=request.user),
            "moments": story.of(rows, reader=request.user),
            "zone": standing.zone_of(payment),
            "form": (form or blank) if may_send else None,
            "events": [event.pk for event in rows.events] if self.has_replay_permission(request) else [],
            "at_stripe": standing.at_stripe(payment),
            "here": address_of(payment),
        }
        return TemplateResponse(request, "admin/desk/story.html", context)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may replay Stripe's events may do it from here."""
        return request.user.has_perm("replaying.add_replay") and request.user.has_perm("webhooks.view_stripeevent")

    @admin.action(description="Replay: show what is missing of these payments, and redo it", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """The plan for all events of these payments."""
        events = [event.pk for payment in queryset for event in story.rows_of(payment).events]
        chosen = StripeEvent.objects.filter(pk__in=events)
        replayable = cast(ReplayableEventAdmin, self.admin_site.get_model_admin(StripeEvent))
        return replayable.replay(request, chosen)

    @admin.display(description="receipt", ordering="receipt_number")
    def document(self, payment: Payment) -> str:
        """The number of its receipt, which opens the PDF."""
        if not payment.receipt_number:
            return ""
        pdf = reverse("admin:receipts_receipt_pdf", args=[payment.receipt_number])
        return format_html('<a href="{}">{}</a>', pdf, payment.receipt_number)

    def back(
        self, request: HttpRequest, payment: Payment, said: str, *, level: int = messages.SUCCESS
    ) -> HttpResponseRedirect:
        """To the story, with a sentence there."""
        self.message_user(request, said, level=level)
        return HttpResponseRedirect(address_of(payment))


def is_erased(rows: Rows) -> bool:
    """Whether the payment names nobody any more."""
    return rows.payment.forgotten_at is not None


def address_of(payment: Payment) -> str:
    """The page of a payment."""
    return reverse("admin:payments_payment_change", args=[payment.pk])


@admin.register(Receipt)
class ReceiptPreviewAdmin(ReceiptAdmin):
    """The list of documents, and how they look before there are any."""

    list_display = ["number", "kind", "issued_at", "total", "test", "pdf", "waits_for"]

    def get_urls(self) -> list[URLPattern]:
        """The previews come before the admin's own addresses, which would take them for ids."""
        view = self.admin_site.admin_view
        own = [
            path("previews/", view(self.previews), name="receipts_receipt_previews"),
            path("previews/letter.html", view(self.preview_letter), name="receipts_receipt_preview_letter"),
            path("preview.pdf", view(self.preview_pdf), name="receipts_receipt_preview_pdf"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="waits for", ordering="last_error")
    def waits_for(self, receipt: Receipt) -> str:
        """What is in the way of its PDF, in words."""
        return obstacles.sentence(receipt.last_error, words=words.of("en"))

    @framed.shows_letters
    def previews(self, request: HttpRequest) -> HttpResponse:
        """The page where one chooses what to look at."""
        self.refuse_strangers(request)
        return previews.page(request, context=self.admin_site.each_context(request))

    def preview_letter(self, request: HttpRequest) -> HttpResponse:
        """One letter, for the frame on that page."""
        self.refuse_strangers(request)
        return previews.letter(request)

    def preview_pdf(self, request: HttpRequest) -> HttpResponse:
        """One document."""
        self.refuse_strangers(request)
        return previews.document(request)

    def refuse_strangers(self, request: HttpRequest) -> None:
        """Raise PermissionDenied for who may not see documents."""
        if not self.has_view_permission(request):
            raise PermissionDenied
