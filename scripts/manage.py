"""A management command with the environment of `make run`: `python -m scripts.manage createsuperuser`."""

from __future__ import annotations

import os
import sys

from scripts import run, stack


def main() -> None:
    """Become `python -m payments_service COMMAND`, or the other service's with SERVICE=visits."""
    service = os.environ.get("SERVICE") or stack.PAYMENTS
    given = run.named() | {"REDIS_URL": "redis://127.0.0.1"}
    laptop = stack.laptop(stack.ROOT / "var", ports={name: port for name, (_, port) in run.PORTS.items()}, given=given)
    command = [sys.executable, "-m", f"{service}_service", *sys.argv[1:]]
    os.execve(sys.executable, command, laptop.env_of(service))  # noqa: S606 - our own


if __name__ == "__main__":
    main()
