"""The shape of the house, as far as a machine can judge it: queues, leases, sizes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest
from celery import Task

from notifications import delivery
from payments_service import celery_app
from payments_service.bookkeeping import reporting as bookkeeping
from payments_service.receipting import correcting
from payments_service.receipting import services as receipting
from payments_service.reconciling import turns
from payments_service.webhooks import processing
from receipts import filing
from tests import shape

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("payments_service", "visits_service", "receipts", "notifications", "servicekit", "scripts", "bench")
LEASES = {
    "bookkeeping.prove_day": bookkeeping.LEASE,
    "webhooks.process_event": processing.LEASE,
    "receipting.issue_receipt": receipting.LEASE,
    "receipting.document_movement": correcting.LEASE,
    "receipting.render_receipt": filing.LEASE,
    "reconciling.sweep_stripe": turns.LEASE,
    "notifications.deliver_email": delivery.LEASE,
    "notifications.deliver_sms": delivery.LEASE,
}
LONGEST_FILE, LONGEST_FUNCTION = 250, 30


def our_tasks() -> dict[str, Task[..., object]]:
    return shape.tasks_of(celery_app)


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def test_every_task_travels_on_a_queue_that_one_lane_consumes() -> None:
    consumed = [f"payments.{queue}" for lane in shape.lanes_of("payments-worker") for queue in lane.queues]

    queues = {shape.queue_of(celery_app, name) for name in our_tasks()}

    assert sorted(queues) == sorted(consumed)


def test_what_takes_processors_has_processes_and_what_waits_has_threads() -> None:
    by_queue = {queue: lane for lane in shape.lanes_of("payments-worker") for queue in lane.queues}

    pools = {queue: by_queue[queue].pool for queue in ("events", "documents", "receipts", "messages", "sweeps")}

    assert pools == {
        "events": "threads",
        "documents": "threads",
        "receipts": "prefork",
        "messages": "threads",
        "sweeps": "prefork",
    }


def test_no_task_falls_onto_the_default_queue_by_accident() -> None:
    routed = {name for name in our_tasks() if any(fnmatch(name, route) for route in celery_app.conf.task_routes)}

    assert routed == set(our_tasks())


def test_beat_asks_for_tasks_that_exist_and_covers_every_sweeper() -> None:
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}

    assert scheduled == {"servicekit.heartbeat", *(name for name in our_tasks() if ".sweep_" in name)}


def test_a_worker_that_is_a_minute_behind_still_sweeps() -> None:
    for entry in celery_app.conf.beat_schedule.values():
        assert entry["options"]["expires"] >= max(60, 10 * entry["schedule"].total_seconds()), entry["task"]


@pytest.mark.parametrize("name", sorted(LEASES))
def test_a_lease_outlives_the_hard_time_limit_of_its_task(name: str) -> None:
    task = our_tasks()[name]

    assert task.soft_time_limit
    assert task.time_limit
    assert timedelta(seconds=task.soft_time_limit) < timedelta(seconds=task.time_limit) < LEASES[name]


def test_every_task_ignores_keywords_that_it_does_not_know_and_takes_ids_only() -> None:
    for task in our_tasks().values():
        parameters = inspect.signature(task.run).parameters.values()

        assert any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters), task.name
        assert all(p.annotation == "int" for p in parameters if p.kind is p.KEYWORD_ONLY), task.name


def test_files_and_functions_stay_small_enough_to_read() -> None:
    long = []
    for path in sources():
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")

    assert long == []


def test_every_module_says_first_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path in sources() if not ast.get_docstring(ast.parse(path.read_text()))]

    assert silent == []
