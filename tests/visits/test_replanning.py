"""A changed policy is applied to every visit ahead, and reminds nobody twice."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Message
from tests import processes
from tests.threads import in_thread
from tests.visits.builders import a_patient, a_visit, instant, next_noon, reminders_of
from tests.visits.reminding import many_visits, rules, scan
from visits_service.booking import services as booking
from visits_service.reminders import replanning
from visits_service.reminders.models import Reminder
from visits_service.reminders.replanning import Step
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
State = Reminder.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTS = next_noon(days=7)
ONLY_EMAIL = a_patient(phone="")


def replan(now: datetime, *, dry_run: bool = False) -> Step:
    """Replan everything that is ahead at that instant."""
    return sum(replanning.replan(replanning.ahead(now=now), now=now, dry_run=dry_run), Step())


def leads_of(visit: Visit) -> dict[str, tuple[str, str]]:
    """State and reason of a visit's reminders, by lead."""
    return {row.lead: (row.state, row.reason) for row in Reminder.objects.filter(visit=visit)}


def test_new_leads_are_planned_and_old_ones_taken_back(settings: Settings) -> None:
    many_visits(700, starts_at=STARTS)
    settings.REMINDER_POLICY = rules(leads="48h")

    changed = replan(timezone.now())

    assert changed == Step(visits=700, planned=1400, voided=1400)
    assert set(Reminder.objects.values_list("lead", "state", "due_at").distinct()) == {
        ("24h", State.VOID, None),
        ("48h", State.PLANNED, STARTS - 2 * DAY),
    }


def test_other_quiet_hours_move_what_is_planned(settings: Settings) -> None:
    visit = a_visit(starts_at=instant("2027-03-02 20:30"), at=instant("2027-02-20 10:00"))
    settings.REMINDER_POLICY = rules(quiet_hours="19:00-08:00")

    changed = replan(instant("2027-02-20 10:00"))

    assert changed == Step(visits=1, moved=1)
    assert reminders_of(visit)["sms"].send_at == instant("2027-03-01 17:59")


def test_a_second_run_and_a_run_without_a_change_change_nothing(settings: Settings) -> None:
    many_visits(3, starts_at=STARTS)
    unchanged = replan(timezone.now())
    settings.REMINDER_POLICY = rules(leads="48h")
    replan(timezone.now())
    before = list(Reminder.objects.order_by("pk").values())

    again = replan(timezone.now())

    assert unchanged == again == Step(visits=3)
    assert list(Reminder.objects.order_by("pk").values()) == before


def test_a_run_that_was_broken_off_is_finished_by_the_next(settings: Settings) -> None:
    many_visits(replanning.BATCH + 5, starts_at=STARTS)
    settings.REMINDER_POLICY = rules(leads="48h")
    now = timezone.now()
    broken_off = next(replanning.replan(replanning.ahead(now=now), now=now))

    rest = replan(now)

    assert broken_off.planned == 2 * replanning.BATCH
    assert rest == Step(visits=replanning.BATCH + 5, planned=10, voided=10)


def test_a_dry_run_says_the_same_and_changes_nothing(settings: Settings) -> None:
    many_visits(3, starts_at=STARTS)
    settings.REMINDER_POLICY = rules(leads="48h")
    before = list(Reminder.objects.order_by("pk").values())

    promised = replan(timezone.now(), dry_run=True)

    assert list(Reminder.objects.order_by("pk").values()) == before
    assert promised == replan(timezone.now()) == Step(visits=3, planned=6, voided=6)


def test_visits_that_are_over_or_cancelled_are_left_alone(settings: Settings) -> None:
    a_visit("cancelled", starts_at=STARTS)
    booking.cancel("cancelled", at=timezone.now())
    a_visit("over", starts_at=next_noon(days=2))
    settings.REMINDER_POLICY = rules(leads="48h")

    changed = replan(next_noon(days=3))

    assert changed == Step()


def test_who_has_been_reminded_is_not_reminded_again_by_a_lead_that_comes_too_late(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS, patient=ONLY_EMAIL)
    scan(STARTS - DAY)
    Message.objects.update(state="sent", due_at=None)
    settings.REMINDER_POLICY = rules(leads="1d@10:00")

    for hours in (1, 2):
        replan(STARTS - DAY + hours * HOUR)
        scan(STARTS - DAY + hours * HOUR)

    assert leads_of(visit) == {"24h": (State.QUEUED, ""), "1d@10:00": (State.SKIPPED, "merged")}
    assert Message.objects.count() == 1


def test_who_has_been_reminded_is_not_reminded_again_on_the_same_day(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS, patient=ONLY_EMAIL)
    scan(STARTS - DAY)
    Message.objects.update(state="sent", due_at=None)
    settings.REMINDER_POLICY = rules(leads="20h")

    replan(STARTS - DAY + HOUR)

    assert leads_of(visit) == {"24h": (State.QUEUED, ""), "20h": (State.SKIPPED, "merged")}


def test_who_was_reminded_days_ago_is_reminded_again_by_a_later_lead(settings: Settings) -> None:
    settings.REMINDER_POLICY = rules(leads="3d")
    visit = a_visit(starts_at=STARTS, patient=ONLY_EMAIL)
    scan(STARTS - 3 * DAY)
    Message.objects.update(state="sent", due_at=None)
    settings.REMINDER_POLICY = rules(leads="24h")

    replan(STARTS - 2 * DAY)

    assert leads_of(visit) == {"3d": (State.QUEUED, ""), "24h": (State.PLANNED, "")}


def test_an_earlier_lead_that_comes_too_late_makes_up_for_nothing_where_another_is_to_come(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS, patient=ONLY_EMAIL)
    settings.REMINDER_POLICY = rules(leads="48h,24h")

    replan(STARTS - 30 * HOUR)

    assert leads_of(visit) == {"24h": (State.PLANNED, ""), "48h": (State.SKIPPED, "merged")}


def test_a_lead_that_comes_too_late_is_made_up_for_where_it_is_the_only_one(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS, patient=ONLY_EMAIL)
    settings.REMINDER_POLICY = rules(leads="48h")

    replan(STARTS - 30 * HOUR)

    row = Reminder.objects.get(lead="48h")
    assert leads_of(visit) == {"24h": (State.VOID, ""), "48h": (State.PLANNED, "")}
    assert row.send_at == STARTS - 30 * HOUR


def test_a_visit_that_cannot_be_planned_stops_no_other(settings: Settings) -> None:
    visits = many_visits(50, starts_at=STARTS)
    Visit.objects.filter(pk=visits[20].pk).update(timezone="Mars/Olympus")
    settings.REMINDER_POLICY = rules(leads="48h")

    changed = replan(timezone.now())

    assert changed == Step(visits=50, planned=98, voided=98, bad=1)


@pytest.mark.django_db(transaction=True)
def test_a_visit_that_is_being_cancelled_is_waited_for_and_left_cancelled(settings: Settings) -> None:
    visit = a_visit(starts_at=STARTS)
    settings.REMINDER_POLICY = rules(leads="48h")
    cancelled, found = Event(), Event()

    def cancel() -> None:
        with transaction.atomic():
            booking.cancel("visit-1", at=timezone.now())
            cancelled.set()
            found.wait(processes.PATIENCE_SECONDS)

    cancelling = Thread(target=in_thread, args=(cancel,))
    cancelling.start()
    cancelled.wait(processes.PATIENCE_SECONDS)
    ahead = replanning.ahead(now=timezone.now())
    found.set()
    list(replanning.replan(ahead, now=timezone.now()))
    cancelling.join()

    assert leads_of(visit) == {"24h": (State.VOID, "")}


def test_the_command_reports_what_it_did_and_what_a_dry_run_would(settings: Settings) -> None:
    many_visits(3, starts_at=STARTS)
    settings.REMINDER_POLICY = rules(leads="48h")

    promised, done = run("--dry-run"), run()

    assert promised == "3 visits are to come: 6 reminders would be added, 0 moved, 6 taken back.\n"
    assert done == "3 visits are to come: 6 reminders were added, 0 moved, 6 taken back.\n"


def test_the_command_fails_when_a_visit_could_not_be_planned() -> None:
    visit = a_visit(starts_at=STARTS)
    Visit.objects.filter(pk=visit.pk).update(timezone="Mars/Olympus")

    with pytest.raises(CommandError, match="1 visits could not be planned"):
        run()


def run(*arguments: str) -> str:
    """What the command prints."""
    printed = io.StringIO()
    call_command("replan", *arguments, stdout=printed)
    return printed.getvalue()
