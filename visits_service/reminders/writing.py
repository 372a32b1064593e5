"""SCAFFOLD until the letters line is merged."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from notifications import messages
from notifications.models import Channel
from visits_service.reminders import planning, wall_clock
from visits_service.reminders.models import Reminder


def write(reminder: Reminder, *, now: datetime) -> messages.Email | messages.Sms:
    visit = reminder.visit
    zone = ZoneInfo(visit.timezone)
    word = wall_clock.day_word(now, start=visit.starts_at, zone=zone)
    today = now.astimezone(zone).date()
    until = min(visit.starts_at, wall_clock.day(today, zone=zone)[1])
    key = f"reminder:{reminder.pk}:{reminder.round}"
    text = f"Your visit is {word} at {visit.starts_at.astimezone(zone):%H:%M}."
    if reminder.channel == Channel.SMS:
        quiet = planning.current().quiet[Channel.SMS]
        if quiet:
            patient_zone = ZoneInfo(visit.patient.timezone or visit.timezone)
            until = min(until, quiet.begin(now, zone=patient_zone))
        return messages.Sms(
            to=visit.patient.phone,
            text=text,
            language="en",
            dedupe_key=key,
            about=visit.reference,
            useful_until=until,
        )
    return messages.Email(
        to=visit.patient.email,
        subject="Your visit",
        text=text,
        html=f"<p>{text}</p>",
        language="en",
        dedupe_key=key,
        about=visit.reference,
        useful_until=until,
    )
