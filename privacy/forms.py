"""What an administrator fills in to export or erase a person's data. Used by `admin`."""

from __future__ import annotations

from typing import Any

from django import forms

from privacy import service


class PersonForm(forms.Form):
    """Whom: at least one of what this service finds people by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, about in service.of_this_project().identifiers.items():
            self.fields[name] = forms.CharField(required=False, max_length=255, help_text=about)

    @property
    def given(self) -> dict[str, str]:
        """What was filled in."""
        return {
            name: self.cleaned_data[name] for name in service.of_this_project().identifiers if self.cleaned_data[name]
        }

    def clean(self) -> dict[str, Any]:
        """Somebody has to be meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.values()):
            raise forms.ValidationError("Say who.")
        return cleaned


class ErasureForm(PersonForm):
    """The same once more, typed by hand: nobody can bring back what is erased."""

    typed = forms.CharField(
        max_length=255,
        required=False,
        label="Type it once more",
        help_text="The same that you looked for, to erase it for good.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def is_confirmed(self) -> bool:
        """Whether what was typed is one of the identifiers."""
        return self.cleaned_data.get("typed", "") in self.given.values()
