"""What `make run` has chosen (ports, secrets), kept in var/ while it runs, for commands beside it such as doctor."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import stack

NAME = "running.json"


@contextmanager
def kept(laptop: stack.Stack, *, names: list[str]) -> Iterator[None]:
    """These variables of both services for the length of the block, in a file that only its owner reads."""
    file = laptop.directory / NAME
    chosen = {service: only(laptop.env_of(service), names) for service in laptop.own}
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump(chosen, output, indent=2)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def only(env: dict[str, str], names: list[str]) -> dict[str, str]:
    """The variables of these names, as far as they are set."""
    return {name: env[name] for name in names if name in env}


def told(directory: Path, service: str) -> dict[str, str]:
    """What a running stack has chosen for a service; nothing when none runs."""
    file = directory / NAME
    found: dict[str, dict[str, str]] = json.loads(file.read_text()) if file.exists() else {}
    return found.get(service, {})
