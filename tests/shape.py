"""What tests of either service ask of its Celery application: tasks, queues, and who consumes them."""

from __future__ import annotations

import re
from pathlib import Path

from celery import Celery, Task

from servicekit import lanes

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


def lanes_of(process: str) -> list[lanes.Lane]:
    """The lanes of a worker of Procfile, with the defaults of its variables."""
    plain = re.sub(r"\$\{[A-Z_]+:-([0-9]+)\}", r"\1", command_of(process))
    return [lanes.parsed(text) for text in re.findall(r"--lane (\S+)", plain)]
