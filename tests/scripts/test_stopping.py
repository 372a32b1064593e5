"""Ctrl-C at a bad moment, and again: what was started is ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import ROOT, eventually

TOOL = """
import sys, time
from contextlib import ExitStack
from pathlib import Path
from scripts import stopping

said = Path(sys.argv[1])

def say(word):
    with said.open("a") as file:
        file.write(word + " ")

def end():
    say("ending")
    time.sleep(1)
    say("ended")

def main():
    with ExitStack() as running:
        with stopping.later():
            say("starting")
            time.sleep(1)
            say("started")
            running.callback(end)
        say("working")
        time.sleep(30)
    return 0

sys.exit(stopping.run(main, last_word="ended before its time"))
"""
PARENT = """
import os, sys
from pathlib import Path
from scripts import stopping

words = [sys.executable, "-c", {tool!r}, sys.argv[1]]
sys.exit(stopping.run(lambda: stopping.program(words, env=os.environ, cwd=Path.cwd())))
"""


class Tool:
    """A program that starts something for a second, works for long, and ends it for a second; what it has said."""

    def __init__(self, said: Path, text: str) -> None:
        self.said = said
        self.running = subprocess.Popen(
            [sys.executable, "-c", text, str(said)], cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def words(self) -> list[str]:
        """What it has said so far."""
        return self.said.read_text().split() if self.said.exists() else []

    def ask_once_it_says(self, word: str, number: signal.Signals) -> None:
        """Ask it to stop."""
        eventually(lambda: word in self.words(), why=f"it never says {word}")
        self.running.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Its exit code and its last words."""
        _, last = self.running.communicate(timeout=20)
        return self.running.returncode, last


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], Tool]:
    """Starts one."""
    return lambda text: Tool(tmp_path / "said", text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_asks_during_a_start_is_heard_after_it_and_what_was_started_is_ended(
    start: Callable[[str], Tool], number: signal.Signals
) -> None:
    tool = start(TOOL)

    tool.ask_once_it_says("starting", number)

    assert tool.end() == (130, "ended before its time\n")
    assert tool.words() == ["starting", "started", "ending", "ended"]


def test_who_asks_again_while_things_are_ended_changes_nothing(start: Callable[[str], Tool]) -> None:
    tool = start(TOOL)

    tool.ask_once_it_says("working", signal.SIGINT)
    for number in (signal.SIGINT, signal.SIGTERM):
        tool.ask_once_it_says("ending", number)

    assert tool.end() == (130, "ended before its time\n")
    assert tool.words()[-2:] == ["ending", "ended"]


def test_a_program_in_a_program_is_asked_too_and_waited_for(start: Callable[[str], Tool]) -> None:
    parent = start(PARENT.format(tool=TOOL))
    began = time.monotonic()

    parent.ask_once_it_says("working", signal.SIGTERM)

    code, last = parent.end()
    assert code == 130
    assert "ended before its time" in last
    assert parent.words()[-2:] == ["ending", "ended"]
    assert time.monotonic() - began < 15
