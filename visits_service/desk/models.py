"""The pages of the front desk, as the admin lists them; they have no rows of their own.

Nor have they rights of their own: whoever may see the rows that a page shows may see the page.
"""

from __future__ import annotations

from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit


class VisitStory(Visit):
    """A page for finding a visit, and one for each with all that has happened."""

    class Meta:
        proxy = True
        verbose_name = "story of a visit"
        verbose_name_plural = "Find a visit or a patient"
        default_permissions = ()


class PatientStory(Patient):
    """A page for each patient with all that has happened."""

    class Meta:
        proxy = True
        verbose_name = "story of a patient"
        verbose_name_plural = "stories of patients"
        default_permissions = ()


class Preview(Reminder):
    """A page that shows what emails and texts look like."""

    class Meta:
        proxy = True
        verbose_name = "preview"
        verbose_name_plural = "Previews of emails and texts"
        default_permissions = ()
