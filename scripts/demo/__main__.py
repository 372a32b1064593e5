"""Runs the demo in a directory of its own, where the logs stay; see `payment` and `visits` for its two journeys.

Exit code 0 only if exactly one receipt, one document of its refund and an email of each came out of doubled and
shuffled events, and exactly one email and one SMS for the visit of tomorrow.
"""

from __future__ import annotations

import shutil
import sys

from scripts import embedded, processes, stack, stopping
from scripts.demo import payment, visits
from scripts.demo.story import Outcome, Story, console
from scripts.processes import Trouble

DIRECTORY = stack.ROOT / "var" / "demo"
HURRIED = {"SWEEP_SECONDS": "2", "DUE_SCAN_SECONDS": "2", "QUIET_HOURS": "none"}
"""Nobody wants to wait for a minute, nor for the morning."""


def main() -> int:
    """Start everything, tell both journeys, stop everything."""
    stack.without_proxy()
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    ports = {service: embedded.free_port() for service in (stack.PAYMENTS, stack.VISITS)}
    laptop = stack.laptop(DIRECTORY, ports=ports, given=HURRIED, around=stack.surroundings())
    try:
        return 0 if all(not outcome.wrong for outcome in told(laptop)) else 1
    except Trouble as trouble:
        console.print(f"[red]{trouble}[/red]\nThe logs of every process are in {DIRECTORY}")
        return 1


def told(laptop: stack.Stack) -> list[Outcome]:
    """The outcomes of both journeys, shown once everything is stopped again."""
    setting = Story("The stack")
    setting.tell("databases", lambda: migrate(laptop), result=lambda _: "SQLite, migrated")
    with processes.started(laptop) as running:
        setting.tell(
            "processes", lambda: processes.wait_until_ready(laptop, running), result=lambda _: ", ".join(running)
        )
        journeys = [(each, Story(each.TITLE)) for each in (payment, visits)]
        outcomes = [each.journey(laptop, story) for each, story in journeys]
    setting.show(Outcome(files=[]))
    for (_, story), outcome in zip(journeys, outcomes, strict=True):
        story.show(outcome)
    return outcomes


def migrate(laptop: stack.Stack) -> None:
    """Make the tables of both services."""
    for service in laptop.ports:
        processes.run_command(f"{service}_service", "migrate", "--verbosity", "0", env=laptop.env_of(service))


if __name__ == "__main__":
    sys.exit(stopping.run(main, last_word="ended before its time; nothing is left running"))
