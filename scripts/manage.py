"""A management command with the environment of `make run`: `python -m scripts.manage createsuperuser`."""

from __future__ import annotations

import os
import sys

from scripts import run, running, stack


def main() -> None:
    """Become `python -m payments_service COMMAND`, or the other service's with SERVICE=visits."""
    become(os.environ.get("SERVICE") or stack.PAYMENTS, *sys.argv[1:])


def become(service: str, *command: str) -> None:
    """A command of the service; while `make run` runs, with the very addresses and secrets that it has chosen."""
    given = run.named() | {"REDIS_URL": "redis://127.0.0.1"}
    laptop = stack.laptop(stack.ROOT / "var", ports={name: port for name, (_, port) in run.PORTS.items()}, given=given)
    env = laptop.env_of(service) | running.told(laptop.directory, service)
    os.execve(sys.executable, [sys.executable, "-m", f"{service}_service", *command], env)  # noqa: S606 - our own


if __name__ == "__main__":
    main()
