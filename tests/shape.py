"""What tests of either service ask of its Celery application: tasks, queues, and who consumes them."""

from __future__ import annotations

import re
from pathlib import Path

from celery import Celery, Task

ROOT = Path(__file__).resolve().parent.parent


def tasks_of(app: Celery) -> dict[str, Task[..., object]]:
    """Our own tasks by name."""
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def queue_of(app: Celery, task: str) -> str:
    """The queue that a task travels on."""
    name: str = app.amqp.router.route({}, task)["queue"].name
    return name


def command_of(process: str) -> str:
    """A process's line of Procfile."""
    [command] = re.findall(rf"^{process}: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    return str(command)
