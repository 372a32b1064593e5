"""The shape of visits_service, as far as a machine can judge it: every queue has a lane, every task a queue."""

from __future__ import annotations

import inspect

from tests import shape
from visits_service import celery_app


def test_every_task_travels_on_a_queue_that_one_lane_consumes() -> None:
    consumed = [f"visits.{queue}" for lane in shape.lanes_of("visits-worker") for queue in lane.queues]

    queues = {shape.queue_of(celery_app, name) for name in shape.tasks_of(celery_app)}

    assert sorted(queues) == sorted(consumed)


def test_beat_asks_for_tasks_that_exist_and_covers_every_sweeper() -> None:
    tasks = shape.tasks_of(celery_app)

    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}

    assert scheduled <= set(tasks)
    assert {name for name in tasks if ".sweep_" in name} <= scheduled


def test_each_channel_has_a_lane_of_its_own_with_many_threads() -> None:
    by_queue = {queue: lane for lane in shape.lanes_of("visits-worker") for queue in lane.queues}

    assert {by_queue[channel].queues for channel in ("email", "sms")} == {("email",), ("sms",)}
    assert all(by_queue[channel].pool == "threads" for channel in ("email", "sms"))
    assert all(by_queue[channel].concurrency >= 20 for channel in ("email", "sms"))


def test_a_purge_has_a_lane_of_its_own_so_that_no_reminder_waits_for_it() -> None:
    [lane] = [lane for lane in shape.lanes_of("visits-worker") if lane.name == "purging"]

    assert shape.queue_of(celery_app, "privacy.sweep_overdue") == "visits.purges"
    assert (lane.queues, lane.pool, lane.concurrency) == (("purges",), "prefork", 1)


def test_every_task_ignores_keywords_that_it_does_not_know_and_takes_ids_only() -> None:
    for task in shape.tasks_of(celery_app).values():
        parameters = inspect.signature(task.run).parameters.values()

        assert any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters), task.name
        assert all(p.annotation == "int" for p in parameters if p.kind is p.KEYWORD_ONLY), task.name
