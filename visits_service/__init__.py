"""Visits are planned, their reminders go out."""
