"""Years of a clinic's visits for `reminder_scan`, written by the database itself: a million in a minute or two.

What has passed is settled: its reminders went out, and one in fifty failed. The messages of the last weeks are kept,
the older ones aren't any more. Ids are given, so that more can be added to what is there.
"""

from __future__ import annotations

from django.db import connection

VISITS_PER_PATIENT = 5
AHEAD = 0.02
"""The part of the visits that is still to come: their reminders are planned for the next weeks."""

PATIENTS = """
INSERT INTO visits_patient (id, external_id, reference, name, email, phone, locale, timezone, channels)
SELECT n, 'patient-' || n, 'pr' || n, 'Żaneta Gąsiorowska ' || n, 'patient-' || n || '@patients.example',
       '+48' || 600000000 + n, 'pl', '', '["email", "sms"]'
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
VISITS = """
INSERT INTO visits_visit (id, external_id, reference, patient_id, practitioner, place, starts_at, ends_at, timezone,
                          status, version, created_at, changed_at)
SELECT n, 'visit-' || n, 'vr' || n, 1 + n %% %(patients)s::int, 'Dr. Anna Müller', 'Long Street 1, Warsaw', starts_at,
       starts_at + interval '30 minutes', %(zone)s::text, CASE WHEN starts_at > now() THEN 'booked' ELSE 'done' END, 1,
       starts_at - interval '20 days', starts_at - interval '20 days'
FROM (SELECT n, now() + CASE WHEN n %% 100 < %(ahead)s::float * 100
                             THEN interval '2 days' + random() * interval '40 days'
                             ELSE -random() * interval '1000 days' END AS starts_at
      FROM generate_series(%(first)s::int, %(last)s::int) n) visits
"""
REMINDERS = """
INSERT INTO reminders_reminder (visit_id, visit_version, lead, channel, send_at, due_at, state, reason, round, attempts,
                                last_error)
SELECT id, 1, '24h', channel, starts_at - interval '1 day', CASE WHEN planned THEN starts_at - interval '1 day' END,
       CASE WHEN planned THEN 'planned' ELSE 'queued' END, '', 1, 0, ''
FROM (SELECT *, starts_at > now() + interval '1 day' AS planned FROM visits_visit
      WHERE id BETWEEN %(first)s AND %(last)s) visits, (VALUES ('email'), ('sms')) AS channels (channel)
"""
MESSAGES = """
INSERT INTO notifications_message (dedupe_key, channel, state, about, language, "to", to_name, from_email, reply_to,
                                   subject, text, html, headers, attachments, message_id, provider_message_id,
                                   possible_double, created_at, sent_at, attempts, last_error)
SELECT 'reminder:' || reminder.id || ':1', channel, CASE WHEN reminder.id %% 50 = 0 THEN 'failed' ELSE 'delivered' END,
       'vr' || visit_id, 'pl', 'somebody', '', '', '', 'A visit', 'A visit.', '', '[]', '[]', 'm' || reminder.id,
       'p' || reminder.id, false, send_at, send_at, 1, ''
FROM reminders_reminder reminder
WHERE state = 'queued' AND visit_id BETWEEN %(first)s AND %(last)s AND send_at > now() - interval '30 days'
"""
THEIR_MESSAGES = """
UPDATE reminders_reminder reminder
SET message_id = message.id, state = CASE WHEN message.state = 'failed' THEN 'failed' ELSE 'queued' END
FROM notifications_message message
WHERE message.dedupe_key = 'reminder:' || reminder.id || ':1' AND visit_id BETWEEN %(first)s AND %(last)s
"""
TOMORROW = """
UPDATE visits_visit
SET starts_at = now() + interval '24 hours', ends_at = now() + interval '25 hours', status = 'booked'
WHERE id BETWEEN %(first)s AND %(last)s
"""
DUE = """
UPDATE reminders_reminder SET state = 'planned', send_at = now(), due_at = now(), message_id = NULL, round = 2
WHERE visit_id BETWEEN %(first)s AND %(last)s
"""


def fill(first: int, last: int, *, zone: str) -> None:
    """Add the visits of these numbers with two reminders each, at clinics in that zone, and the patients they need."""
    have = (first - 1) // VISITS_PER_PATIENT
    most = last // VISITS_PER_PATIENT
    numbers: dict[str, int | float | str] = {
        "first": first,
        "last": last,
        "zone": zone,
        "ahead": AHEAD,
        "patients": most,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")  # foreign keys are right by construction
        cursor.execute(PATIENTS, {"first": have + 1, "last": most})
        for statement in (VISITS, REMINDERS, MESSAGES, THEIR_MESSAGES):
            cursor.execute(statement, numbers)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def make_due(reminders: int) -> None:
    """Let so many reminders be due at once, half by email and half by SMS, of visits in 24 hours."""
    numbers = {"first": 1, "last": reminders // 2}
    with connection.cursor() as cursor:
        cursor.execute(TOMORROW, numbers)
        cursor.execute(DUE, numbers)
        cursor.execute("VACUUM ANALYZE")
