"""What is filled in on a payment's page: which document goes out once more, where to and why. Used by `admin`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from notifications import messages
from payments_service.replaying.models import LONGEST_REASON
from receipts.models import Receipt
from servicekit import elsewhere

WIDE = {"class": "vTextField"}


class SendAgainForm(elsewhere.Form):
    """One more email."""

    document = forms.ChoiceField(label="Document")
    email = forms.EmailField(max_length=messages.LONGEST_ADDRESS, label="Email address", widget=forms.EmailInput(WIDE))
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        help_text="It is kept with your name. No names in it, please; one reason sends once.",
        widget=forms.TextInput(WIDE),
    )
    keep = forms.BooleanField(
        required=False,
        label="Keep this address",
        help_text="Whatever else comes of this payment, a refund say, goes there too.",
    )

    def __init__(self, *args: Any, documents: Iterable[Receipt], erased: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if erased:
            self.fields["keep"].disabled = True
            self.fields["keep"].help_text = "This person's data was erased: the payment keeps no address any more."
        choices = [(each.number, each.number) for each in documents if each.pdf_key]
        self.fields["document"] = forms.ChoiceField(label="Document", choices=choices)

    def clean_email(self) -> str:
        """An address that can be written to."""
        address: str = self.cleaned_data["email"]
        if not messages.is_address(address):
            raise forms.ValidationError("This can't be an email address; it should look like ada@example.com.")
        return address

    def clean_reason(self) -> str:
        """One line, as it is kept."""
        reason: str = self.cleaned_data["reason"]
        if not reason.isprintable():
            raise forms.ValidationError("Expected one line of text.")
        return reason
