"""No task of payments_service is there only to start another one, and a nudge of any is an id in an envelope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from celery import Task
from pytest_django import Settings

from payments_service.config.celery_app import app
from tests import alone, standin

pytestmark = pytest.mark.django_db(transaction=True)
PERFORMANCE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
TASKS = alone.tasks_of(app)


@pytest.mark.parametrize("task", TASKS, ids=[task.name for task in TASKS])
def test_a_task_asks_the_rows_and_starts_nothing_that_no_row_wants(task: Task[Any, Any], settings: Settings) -> None:
    """Called for a row that isn't there, on an empty database, it asks the database and leaves the queues as they are.

    Whoever only passes a nudge on would do so without asking, and a nudge would follow from no row.
    """
    waiting = alone.lie_in_wait(app)

    with standin.stripe_answers(settings):
        questions = alone.questions_of(task)

    assert questions > 0
    assert alone.lie_in_wait(app) == waiting


def test_a_nudge_in_redis_is_small_whichever_task_it_is_for() -> None:
    sizes = alone.sizes_of_nudges(app, TASKS)

    assert {name: size for name, size in sizes.items() if size > alone.LARGEST_NUDGE} == {}
    assert f"{sizes['webhooks.process_event']} bytes for an event" in PERFORMANCE.read_text()
