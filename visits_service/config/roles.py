"""Who may do what at the admin of visits_service. Pure; `staff.groups` makes Django's groups of it.

A bookkeeper has nothing to do here, so there is no such role: who comes when, and to whom, is nobody's business who
needn't call patients.
"""

from __future__ import annotations

from staff.roles import PEOPLE, Role, may

PATIENTS = may("visits", view="patient visit optout", add="patient visit optout", change="patient visit optout")
REMINDERS = may("reminders", view="reminder answer daycoverage", add="reminder", change="answer")  # add: to send one
LETTERS = may("notifications", view="message")

FRONT_DESK = Role("front-desk", "Front desk", PATIENTS | REMINDERS | LETTERS)
ADMINISTRATOR = Role("administrator", "Administrator", FRONT_DESK.rights | PEOPLE)
ROLES = (FRONT_DESK, ADMINISTRATOR)
