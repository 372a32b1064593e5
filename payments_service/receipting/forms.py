"""What the front desk fills in about a document: where it should go. Used by `admin`, and by `desk` for any of them."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from notifications import messages
from payments_service.receipting.models import HandedOver
from servicekit import elsewhere

READ_THERE = "Whoever reads that mailbox will see the patient's name, what was paid for and the amount."
KEPT = "The payment keeps the address for whatever else comes of it."
NOT_KEPT = "This person's data was erased: the payment keeps no address any more."
COMES_BACK = "This person's data was erased: the letter holds them again, until they are erased once more."


class AddressForm(elsewhere.Form):
    """Where a document should go, and whether its payment keeps the address; that of an `erased` person keeps none."""

    email = forms.EmailField(
        max_length=messages.LONGEST_ADDRESS,
        label="Email address",
        widget=forms.EmailInput({"class": "vTextField"}),
    )
    keep = forms.BooleanField(
        required=False,
        label="Keep this address",
        help_text="Whatever else comes of this payment, a refund say, goes there too.",
    )

    def __init__(self, *args: Any, erased: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if erased:
            self.fields["keep"].disabled = True
            self.fields["keep"].help_text = NOT_KEPT

    def clean_email(self) -> str:
        """An address that can be written to."""
        address: str = self.cleaned_data["email"]
        if not messages.is_address(address):
            raise forms.ValidationError("This can't be an email address; it should look like ada@example.com.")
        return address


class SendForm(AddressForm):
    """Sends what didn't arrive. `occasion` is the page's own: pressing the button twice sends once."""

    occasion = forms.SlugField(
        max_length=32, initial=lambda: secrets.token_hex(8), widget=forms.HiddenInput, required=False
    )

    def refused(self, why: str) -> SendForm:
        """The same form with what stands in its way, and an occasion of its own: pressed again, it is asked again."""
        again = SendForm({**self.cleaned_data, "occasion": secrets.token_hex(8)}, erased=self.fields["keep"].disabled)
        again.full_clean()
        again.add_error(None, why)
        return again


class HandedOverForm(forms.ModelForm[HandedOver]):
    """How the patient got it."""

    class Meta:
        model = HandedOver
        fields = ("way", "note")
        labels = {"way": "How", "note": "Note"}
        help_texts = {"note": "To whom, say. It is kept with your name and the time."}


def question_of(number: str, form: AddressForm, *, known: str, here: str, erased: bool) -> elsewhere.Question:
    """What to ask about this document before it goes to the form's `email`, which the payment may `keep`.

    The data of an `erased` person come back with the letter: whoever sends it should know.
    """
    given = form.cleaned_data
    more = [sentence for sentence, so in ((KEPT, given["keep"]), (COMES_BACK, erased)) if so]
    return elsewhere.Question(number, to=given["email"], known=known, so=" ".join([READ_THERE, *more]), here=here)
