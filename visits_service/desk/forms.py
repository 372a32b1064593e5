"""What the front desk types: what to send where. Used by `admin`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from notifications import messages
from notifications.models import Channel
from servicekit import elsewhere
from visits_service.desk import sentences
from visits_service.reminders import by_hand, planning
from visits_service.reminders.by_hand import Wish
from visits_service.visits import phones
from visits_service.visits.models import Patient, Visit

NO_EMAIL = "This can't be an email address; it should look like ada@example.com."


class SendForm(elsewhere.Form):
    """What to send, and what the page had shown: nothing is sent of a visit that has changed meanwhile, or twice."""

    channel = forms.ChoiceField(label="Send", widget=forms.RadioSelect)
    address = forms.CharField(
        required=False,
        strip=True,
        max_length=messages.LONGEST_ADDRESS,
        label="To another address",
        help_text="An email address or a mobile number. Left empty, it goes to the one on record.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"}),
    )
    keep = forms.BooleanField(
        required=False,
        label="Keep this address",
        help_text="Else it is used this once: if the visit changes later, nobody there is told.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    so_far = forms.IntegerField(widget=forms.HiddenInput)
    insists_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, patient: Patient, may_keep: bool, **about: Any) -> None:
        super().__init__(*args, **about)
        self.patient = patient
        offered = planning.offered(Channel.values)
        self.fields["channel"] = forms.ChoiceField(
            choices=[(channel, option(patient, channel)) for channel in offered],
            label="Send",
            widget=forms.RadioSelect,
        )
        if not may_keep:
            del self.fields["keep"]

    def clean(self) -> dict[str, Any]:
        """The address as it is written to; of a phone, its number in E.164."""
        cleaned = super().clean() or {}
        channel, typed = cleaned.get("channel"), cleaned.get("address", "")
        if channel is None:
            return cleaned
        try:
            cleaned["to"] = as_written_to(channel, typed) if typed else self.patient.address(channel)
        except ValueError as wrong:
            self.add_error("address", str(wrong))
        else:
            if not cleaned["to"]:
                self.add_error("address", "None is on record: say where to.")
        return cleaned

    def wish(self) -> Wish:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wish(
            channel=given["channel"],
            address=given["to"],
            version=given["version"],
            so_far=given["so_far"],
            insists_on=frozenset(given["insists_on"].split()),
        )

    def keeps(self) -> bool:
        """Whether another address was given that is to be the patient's from now on."""
        return bool(self.cleaned_data.get("keep") and self.cleaned_data["address"])

    def on_record(self) -> str:
        """Where a valid form's channel leads if no other address is given."""
        return self.patient.address(self.cleaned_data["channel"])

    def question(self, *, here: str) -> elsewhere.Question:
        """What to ask before a valid form's reminder goes to another address than the one on record."""
        so = f"{sentences.READ_THERE} {sentences.KEPT}" if self.keeps() else sentences.READ_THERE
        to = self.cleaned_data["to"]
        return elsewhere.Question("a reminder", to=to, known=self.on_record(), so=so, here=here)


def option(patient: Patient, channel: str) -> str:
    """A channel and where it leads."""
    return f"by {sentences.CHANNELS[channel]} to {patient.address(channel) or '(no address on record)'}"


def as_written_to(channel: str, typed: str) -> str:
    """The address in one form; raises ValueError with what is expected."""
    if channel == Channel.SMS:
        return phones.e164(typed, country=settings.CLINIC_COUNTRY, for_sms=True)
    if not messages.is_address(typed):
        raise ValueError(NO_EMAIL)
    return typed


def initial_of(visit: Visit) -> dict[str, Any]:
    """What a form begins with: what the page shows."""
    return {"version": visit.version, "so_far": by_hand.so_far(visit)}
