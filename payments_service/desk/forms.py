"""What is filled in on a payment's page: which document goes out once more and why. Where to is `receipting.forms`'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from payments_service.receipting.forms import AddressForm
from payments_service.replaying.models import LONGEST_REASON
from receipts.models import Receipt


class SendAgainForm(AddressForm):
    """One more email."""

    field_order = ("document", "email", "reason", "keep")
    document = forms.ChoiceField(label="Document")
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        help_text="It is kept with your name. No names in it, please; one reason sends once.",
        widget=forms.TextInput({"class": "vTextField"}),
    )

    def __init__(self, *args: Any, documents: Iterable[Receipt], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(each.number, each.number) for each in documents if each.pdf_key]
        self.fields["document"] = forms.ChoiceField(label="Document", choices=choices)

    def clean_reason(self) -> str:
        """One line, as it is kept."""
        reason: str = self.cleaned_data["reason"]
        if not reason.isprintable():
            raise forms.ValidationError("Expected one line of text.")
        return reason
