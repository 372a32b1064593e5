"""A management command with the environment of `make run`: `python -m scripts.manage createsuperuser`."""

from __future__ import annotations

import os
import sys

from scripts import run, stack


def main() -> None:
    """Become `python -m payments_service COMMAND`."""
    given = run.named()
    laptop = stack.laptop(stack.ROOT / "var", web_port=8001, given=given | {"REDIS_URL": "redis://127.0.0.1"})
    os.execve(sys.executable, [sys.executable, "-m", "payments_service", *sys.argv[1:]], laptop.env)  # noqa: S606 - our own


if __name__ == "__main__":
    main()
