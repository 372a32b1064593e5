"""How a worker or Beat shows that it lives: a file in `ALIVE_DIR` that it touches every few seconds.

A look at the file's age costs a health check nothing, where `celery inspect ping` would start a Python in each
container every few seconds. Called by `celery`, `beat` and `lanes`.
"""

from __future__ import annotations

import os
from pathlib import Path

LONG_AGO = (0, 0)


def touch(name: str) -> None:
    """Say that it lives; nothing where nobody asks."""
    if directory := os.environ.get("ALIVE_DIR"):
        Path(directory).mkdir(parents=True, exist_ok=True)
        Path(directory, name).touch()


def expect(name: str) -> None:
    """Have what is about to start count as silent until it says that it lives."""
    if directory := os.environ.get("ALIVE_DIR"):
        touch(name)
        os.utime(Path(directory, name), LONG_AGO)
