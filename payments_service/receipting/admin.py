"""What needs a person: documents that didn't arrive, and refunds and disputes that are stuck."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from notifications import messages as refusals
from notifications import selectors as letters
from notifications.tasks import deliver_email
from payments_service.payments.admin import Merged
from payments_service.payments.filters import ByObstacle
from payments_service.receipting import handing_over, links, reasons, selectors, sending, undelivered
from payments_service.receipting.forms import HandedOverForm, SendForm, question_of
from payments_service.receipting.models import HandedOver, StuckMovement, StuckPayment, UndeliveredReceipt
from receipts import money
from servicekit import elsewhere
from servicekit.admin import IDS_ONLY, ReadOnly
from servicekit.celery import nudge

SENT = "It is on its way. If it doesn't arrive, it will stand here again."
DONE = "Noted: it was handed over in another way."
OBSTACLES: dict[type[Exception], str] = {
    sending.KeyReused: "From this page it went to another address already. Press the button again to send it here too.",
    sending.NotReady: "Nothing was sent: the document has no PDF at the moment.",
    refusals.Refused: "Nothing was sent: this address can't be written to.",
}
"""Why a letter isn't queued, beside the form that asked for it."""
SETTLED = "Nobody has to see to this document any more."


class WhyFilter(admin.SimpleListFilter):
    """By what happened."""

    title = "what happened"
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One for each reason."""
        return [(why, why.replace("_", " ")) for why in undelivered.WHYS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that stand there for it."""
        return queryset.filter(why=self.value()) if self.value() in undelivered.WHYS else queryset


@admin.register(UndeliveredReceipt)
class UndeliveredReceiptAdmin(ReadOnly, admin.ModelAdmin[UndeliveredReceipt]):
    """A list of what to see to, and a page for each: send it elsewhere, take its link, or note that it is done.

    Whoever may view these sees what happened and where it went; only who may change them acts, or gets the link.
    """

    list_display = ("number", "document", "patient", "total", "address", "what_happened", "known_since")
    list_filter = (WhyFilter, "kind", "test")
    search_fields = ("=number", "=reference")
    search_help_text = IDS_ONLY
    ordering = ()  # as `undelivered.waiting` has them

    def get_queryset(self, request: HttpRequest) -> QuerySet[UndeliveredReceipt]:
        """Only what nobody has seen to."""
        return undelivered.waiting()

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever was given it for these rows; what was issued stays as it is."""
        return request.user.has_perm("receipting.change_undeliveredreceipt")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One document's page; what is posted there is done, and leads back to the list."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        receipt = self.get_object(request, object_id)
        if receipt is None:
            return self.back(request, SETTLED, level=messages.WARNING)
        if request.method != "POST":
            return self.page(request, receipt, {})
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self.hand_over(request, receipt) if "done" in request.POST else self.send(request, receipt)

    def send(self, request: HttpRequest, receipt: UndeliveredReceipt) -> HttpResponse:
        """Queue one more email; where it goes to another address than before, ask once more first."""
        form = SendForm(request.POST, erased=receipt.erased)
        if not form.is_valid():
            return self.page(request, receipt, {"send": form})
        if not form.is_confirmed(form.cleaned_data["email"], known=receipt.letter_to):
            about = {"known": receipt.letter_to, "here": request.path}
            question = question_of(receipt.number, form, **about, erased=receipt.erased)
            return elsewhere.ask(request, form, question, context=self.around(request))
        occasion = f"desk:{form.cleaned_data['occasion'] or receipt.letter}"
        to, keep = form.cleaned_data["email"], form.cleaned_data["keep"]
        try:
            message_id = sending.send_again(receipt.number, to=to, occasion=occasion, keep=keep)
        except (sending.KeyReused, sending.NotReady, refusals.Refused) as why:
            return self.page(request, receipt, {"send": form.refused(OBSTACLES[type(why)])})
        nudge(deliver_email, message_id=message_id)
        self.log_change(request, receipt, undelivered.SENT_AGAIN)
        return self.back(request, SENT)

    def hand_over(self, request: HttpRequest, receipt: UndeliveredReceipt) -> HttpResponse:
        """Note that it is done."""
        form = HandedOverForm(request.POST)
        if not form.is_valid():
            return self.page(request, receipt, {"done": form})
        by = request.user.get_username()
        try:
            kept = handing_over.hand_over(receipt.number, **form.cleaned_data, by=by)
        except handing_over.NotWaiting:
            return self.back(request, SETTLED, level=messages.WARNING)
        self.log_change(request, receipt, f"Handed over: {kept.get_way_display()}.")
        return self.back(request, DONE)

    def around(self, request: HttpRequest) -> dict[str, Any]:
        """What stands around a page of this part of the admin."""
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def page(
        self, request: HttpRequest, receipt: UndeliveredReceipt, filled: dict[str, forms.BaseForm]
    ) -> HttpResponse:
        """What is known of a document, and what can be done, with what was filled in wrong."""
        may_act = self.has_change_permission(request)
        blank = SendForm(initial=suggested(receipt), erased=receipt.erased)
        context = {
            **self.around(request),
            "title": receipt.number,
            "receipt": receipt,
            "facts": [(name, getattr(self, name)(receipt)) for name in ("document", "patient", "total", "address")],
            "what_happened": self.what_happened(receipt),
            "sent": letters.about(receipt.number),
            "link": links.pdf_of(receipt) if may_act else "",
            "link_days": links.PDF_LIFE.days,
            "may_act": may_act,
            "forms": {"send": blank, "done": HandedOverForm()} | filled,
        }
        return TemplateResponse(request, "admin/receipting/undelivered.html", context)

    def back(self, request: HttpRequest, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
        """To the list, with a sentence there."""
        self.message_user(request, said, level=level)
        return HttpResponseRedirect(reverse("admin:receipting_undeliveredreceipt_changelist"))

    @admin.display(description="document", ordering="kind")
    def document(self, receipt: UndeliveredReceipt) -> str:
        """What it is."""
        return receipt.kind.replace("_", " ")

    @admin.display(description="patient")
    def patient(self, receipt: UndeliveredReceipt) -> str:
        """Whose visit was paid for, or who paid."""
        return str(receipt.snapshot.get("patient_name") or receipt.snapshot.get("payer_name", ""))

    @admin.display(description="amount", ordering="amount")
    def total(self, receipt: UndeliveredReceipt) -> str:
        """The amount with its currency."""
        return money.format_amount(receipt.amount, currency=receipt.currency, locale="en")

    @admin.display(description="address", ordering="letter_to")
    def address(self, receipt: UndeliveredReceipt) -> str:
        """Where it went, or should have gone."""
        return receipt.letter_to

    @admin.display(description="what happened", ordering="why")
    def what_happened(self, receipt: UndeliveredReceipt) -> str:
        """In a sentence."""
        return reasons.sentence(
            receipt.why,
            code=receipt.letter_code,
            address=receipt.letter_to,
            maybe_arrived=receipt.maybe_arrived,
            erased=receipt.erased,
        )

    @admin.display(description="since", ordering="since")
    def known_since(self, receipt: UndeliveredReceipt) -> Any:
        """When it was known, by the clinic's clock."""
        return receipt.since


def suggested(receipt: UndeliveredReceipt) -> dict[str, Any]:
    """What the form begins with: the address only if another attempt may reach it, and to keep the first usable one."""
    lost = receipt.why in (undelivered.NO_ADDRESS, undelivered.BOUNCED) or receipt.letter_code == "recipient_refused"
    return {"email": "" if lost else receipt.letter_to, "keep": receipt.why == undelivered.NO_ADDRESS}


@admin.register(HandedOver)
class HandedOverAdmin(ReadOnly, admin.ModelAdmin[HandedOver]):
    """What was given to patients by hand: who did, when and how. To read."""

    list_display = ("receipt", "way", "note", "by", "at")
    list_filter = ("way", "at")
    list_select_related = ("receipt",)
    search_fields = ("=receipt__number", "=by")
    search_help_text = IDS_ONLY
    readonly_fields = ("at",)


@admin.register(StuckMovement)
class StuckMovementAdmin(Merged, admin.ModelAdmin[StuckMovement]):
    """Money went back, and its document can't be issued: the last column says why, the runbook what to do."""

    list_display = ("stripe_id", "kind", "total", "status", "moved_at", "payment_intent", "charge", "waits_for")
    list_filter = ("kind", ByObstacle)
    search_fields = ("stripe_id", "payment_intent", "charge")
    search_help_text = IDS_ONLY

    def get_queryset(self, request: HttpRequest) -> QuerySet[StuckMovement]:
        """Only those that wait for a person."""
        return StuckMovement.objects.filter(pk__in=selectors.movements_for_a_person().values("pk"))

    @admin.display(description="amount", ordering="amount")
    def total(self, movement: StuckMovement) -> str:
        """The amount with its currency."""
        return money.format_amount(movement.amount, currency=movement.currency.upper(), locale="en")


@admin.register(StuckPayment)
class StuckPaymentAdmin(Merged, admin.ModelAdmin[StuckPayment]):
    """Money came in for a clinic that nobody has described; its table in CLINIC_ACCOUNTS_FILE lets the receipts go."""

    list_display = ("stripe_id", "account", "total", "paid_at", "waits_for")
    list_filter = ("account",)
    search_fields = ("stripe_id", "account")
    search_help_text = IDS_ONLY

    def get_queryset(self, request: HttpRequest) -> QuerySet[StuckPayment]:
        """Only those that wait for a person."""
        return StuckPayment.objects.filter(pk__in=selectors.payments_for_a_person().values("pk"))

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: StuckPayment) -> str:
        """The amount with its currency."""
        return money.format_amount(payment.amount, currency=payment.currency.upper(), locale="en")
