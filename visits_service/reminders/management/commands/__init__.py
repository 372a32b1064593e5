"""Commands about reminders."""
