"""Old and new code run side by side during a deploy: no migration breaks the code of the release before."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations import AddField, Migration, RemoveField, RenameField
from django.db.migrations.operations.base import Operation

from tests import rolling

pytestmark = pytest.mark.django_db


def a_migration(operation: Operation) -> Migration:
    class Next(Migration):
        operations = [operation]

    return Next("9999_next", "payments")


def test_every_migration_leaves_old_processes_working() -> None:
    assert rolling.refused() == {}


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (AddField("checkout", "new", models.CharField(max_length=10, default="")), "NOT_NULL"),
        (RemoveField("checkout", "visit_id"), "DROP_COLUMN"),
        (RenameField("checkout", "visit_id", "appointment_id"), "RENAME_COLUMN"),
    ],
)
def test_a_migration_that_old_code_would_stumble_over_is_refused(operation: Operation, code: str) -> None:
    assert rolling.faults(a_migration(operation)) == [code]


@pytest.mark.parametrize(
    "column", [models.CharField(max_length=10, db_default=""), models.DateTimeField(null=True)], ids=["default", "null"]
)
def test_a_column_that_an_old_insert_may_leave_out_is_not(column: models.Field[object, object]) -> None:
    assert rolling.faults(a_migration(AddField("checkout", "new", column))) == []
