"""Celery's Beat, which shows in `ALIVE_DIR` that it lives; `servicekit.celery` names it in the configuration."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler

from servicekit import alive


class Scheduler(PersistentScheduler):
    """It lives while it goes round and what it sent last has reached Redis."""

    reached = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Send one entry. Raises when it doesn't arrive; Celery logs that and goes on."""
        self.reached = False
        result = super().apply_async(*args, **kwargs)
        self.reached = True
        return result

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """One round; returns the seconds until the next one, five at most."""
        wait = super().tick(*args, **kwargs)
        if self.reached:
            alive.touch("beat")
        return wait
