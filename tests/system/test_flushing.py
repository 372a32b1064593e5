"""Behind a test that commits the database is as a flush leaves it, whatever the test did."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import TransactionTestCase

from staff.models import AccessRecord
from tests import flushing, processes, threads
from tests.locks import somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, flushing.Rows]:
    """The rows of every table."""
    with connection.cursor() as cursor:
        return {table: flushing.rows(cursor, table) for table in flushing.every_table()}


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {table: len(rows) for table, rows in everything().items()}


@pytest.fixture
def flushed() -> flushing.Flushing:
    """One that has seen a flush."""
    known = flushing.Flushing()
    known.after(TransactionTestCase("run"))
    return known


def test_what_was_written_is_gone_and_nothing_else(flushed: flushing.Flushing) -> None:
    before = everything()
    somebody = User.objects.create(username="somebody")
    somebody.groups.add(Group.objects.earliest("pk"))
    AccessRecord.objects.create(kind="page")

    flushed.after(TransactionTestCase("run"))

    assert everything() == before
    assert Group.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE auth_group SET name = name || ' spoiled'",
        "DELETE FROM auth_group_permissions; DELETE FROM auth_permission",
        "INSERT INTO django_content_type (app_label, model) VALUES ('no', 'such')",
    ],
)
def test_roles_and_rights_that_a_test_changed_are_as_before(flushed: flushing.Flushing, change: str) -> None:
    before, names = counts(), set(Group.objects.values_list("name"))
    with connection.cursor() as cursor:
        cursor.execute(change)

    flushed.after(TransactionTestCase("run"))

    assert counts() == before
    assert set(Group.objects.values_list("name")) == names


def test_it_waits_for_who_still_writes(flushed: flushing.Flushing) -> None:
    before = everything()

    def write() -> None:
        with transaction.atomic():
            User.objects.create(username="late")
            written.set()
            processes.eventually(somebody_waits_for_a_lock)

    written = threading.Event()
    writer = threading.Thread(target=threads.in_thread, args=[write])
    writer.start()
    assert written.wait(processes.PATIENCE_SECONDS)

    flushed.after(TransactionTestCase("run"))

    writer.join()
    assert everything() == before
