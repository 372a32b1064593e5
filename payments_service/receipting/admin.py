"""What needs a person: receipts without an address (add it, and they are sent), refunds and disputes that are stuck."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications import messages
from notifications.tasks import deliver_email
from payments_service.receipting import selectors, sending
from payments_service.receipting.models import StuckMovement, StuckPayment, UnsentReceipt
from receipts import money
from servicekit.admin import ReadOnly
from servicekit.celery import nudge


class AddressForm(forms.ModelForm[UnsentReceipt]):
    """Where the receipt should go."""

    email = forms.EmailField(max_length=messages.LONGEST_ADDRESS, help_text="The receipt is sent as soon as you save.")

    class Meta:
        model = UnsentReceipt
        fields = ("email",)

    def clean_email(self) -> str:
        """An address that can be written to."""
        address: str = self.cleaned_data["email"]
        if not messages.is_address(address):
            raise forms.ValidationError("This can't be an email address; it should look like ada@example.com.")
        return address


@admin.register(UnsentReceipt)
class UnsentReceiptAdmin(ReadOnly, admin.ModelAdmin[UnsentReceipt]):
    """What needs a person."""

    form = AddressForm
    list_display = ("receipt_number", "patient", "total", "paid_at", "email")
    search_fields = ("receipt_number", "stripe_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnsentReceipt]:
        """Only receipts that are ready and went nowhere."""
        return UnsentReceipt.objects.filter(pk__in=selectors.receipted_and_unsent().values("pk")).select_related(
            "checkout"
        )

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The address may be added by whoever may change payments."""
        return request.user.has_perm("payments.change_payment")

    def save_model(
        self, request: HttpRequest, obj: UnsentReceipt, form: forms.ModelForm[UnsentReceipt], change: bool
    ) -> None:
        """Send it; the payment keeps the address."""
        message_id = sending.send_again(obj.receipt_number, to=form.cleaned_data["email"], occasion="first")
        nudge(deliver_email, message_id=message_id)

    @admin.display(description="patient")
    def patient(self, payment: UnsentReceipt) -> str:
        """Whose visit was paid for."""
        return payment.checkout.patient_name if payment.checkout else ""

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: UnsentReceipt) -> str:
        """The amount with its currency."""
        return money.format_amount(payment.amount, currency=payment.currency.upper(), locale="en")


@admin.register(StuckMovement)
class StuckMovementAdmin(ReadOnly, admin.ModelAdmin[StuckMovement]):
    """Money went back, and its document can't be issued: the last column says why, the runbook what to do."""

    list_display = ("stripe_id", "kind", "total", "status", "moved_at", "payment_intent", "charge", "last_error")
    list_filter = ("kind", "last_error")
    search_fields = ("stripe_id", "payment_intent", "charge")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StuckMovement]:
        """Only those that wait for a person."""
        return StuckMovement.objects.filter(pk__in=selectors.movements_for_a_person().values("pk"))

    @admin.display(description="amount", ordering="amount")
    def total(self, movement: StuckMovement) -> str:
        """The amount with its currency."""
        return money.format_amount(movement.amount, currency=movement.currency.upper(), locale="en")


@admin.register(StuckPayment)
class StuckPaymentAdmin(ReadOnly, admin.ModelAdmin[StuckPayment]):
    """Money came in for a clinic that nobody has described; its table in CLINIC_ACCOUNTS_FILE lets the receipts go."""

    list_display = ("stripe_id", "account", "total", "paid_at", "last_error")
    list_filter = ("account",)
    search_fields = ("stripe_id", "account")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StuckPayment]:
        """Only those that wait for a person."""
        return StuckPayment.objects.filter(pk__in=selectors.payments_for_a_person().values("pk"))

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: StuckPayment) -> str:
        """The amount with its currency."""
        return money.format_amount(payment.amount, currency=payment.currency.upper(), locale="en")
