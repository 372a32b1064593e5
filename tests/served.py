"""The service as it is served, for misuse over the network: gunicorn, and callers of the API who are never too fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.embedded import free_port
from tests import processes

QUICK = {"API_RATE": "100000/s"}


@contextmanager
def served(folder: Path, *, service: str = "payments", **env: str) -> Iterator[str]:
    """The address of a gunicorn, as Procfile starts it but on one worker and two threads."""
    port = free_port()
    one = {"GUNICORN_CMD_ARGS": "--workers 1 --threads 2"}
    with processes.web(folder / "web.log", port=port, service=service, **(QUICK | one | env)):
        yield f"http://127.0.0.1:{port}"
