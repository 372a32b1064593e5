"""What somebody has to be allowed for the pages of the front desk, by the rows that they show or make. Pure."""

from __future__ import annotations

READ = ("visits.view_visit", "visits.view_patient", "reminders.view_reminder")
"""For stories and the search."""
SEND = "reminders.add_reminder"
KEEP = "visits.change_patient"
"""For an address that shall be the patient's from now on."""
PREVIEW = "reminders.view_reminder"
