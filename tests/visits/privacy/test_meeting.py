"""A visit that is saved while its patient is being erased is there afterwards; nobody meets a crash."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import transaction
from django.utils import timezone

from tests import processes
from tests.locks import sessions_before_a_lock
from tests.threads import in_thread
from tests.visits.builders import a_visit, reminders_of
from visits_service.privacy.service import SERVICE
from visits_service.reminders import by_hand
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_visit_that_is_saved_while_its_patient_is_erased_is_there_afterwards() -> None:
    old = a_visit()
    erased, done = Event(), Event()

    def erase() -> None:
        with transaction.atomic():
            SERVICE.erase(SERVICE.find({"patient": "patient-1"}), at=timezone.now())
            erased.set()
            done.wait(processes.PATIENCE_SECONDS)

    erasing, saving = (Thread(target=in_thread, args=(work,)) for work in (erase, a_visit))
    erasing.start()
    erased.wait(processes.PATIENCE_SECONDS)
    saving.start()
    processes.eventually(lambda: sessions_before_a_lock() == 1, why="nobody waits for the erasure")
    done.set()
    erasing.join()
    saving.join()

    assert Visit.objects.get().pk != old.pk
    assert Visit.objects.get().patient == Patient.objects.get()
    assert reminders_of(Visit.objects.get()) == {}  # they refuse, since they were erased


def test_nothing_can_be_sent_by_hand_about_a_visit_that_was_erased_meanwhile() -> None:
    shown = a_visit()
    Visit.objects.all().delete()
    wish = by_hand.Wish(channel="email", address="ada@patient.example", version=shown.version, so_far=0)

    with pytest.raises(by_hand.Impossible) as told:
        by_hand.send(shown, wish, by="maria", now=timezone.now())

    assert told.value.obstacle == by_hand.Obstacle.OUTDATED
