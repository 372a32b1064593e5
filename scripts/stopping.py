"""Ctrl-C and `kill`, for tools that start servers and have to end them whatever happens.

Python raises KeyboardInterrupt wherever it is, each time anew: in the middle of a start, which nobody would end then,
and again in the middle of ending things. Here the first one is heard, where it does no harm, and no other.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, kill, a closed terminal."""
ENDED = 130


def run(main: Callable[[], int], *, last_word: str = "") -> int:
    """The exit code of a tool; 130 and a last word when somebody ended it."""
    hear_once()
    try:
        return main()
    except KeyboardInterrupt:
        if last_word:
            print(last_word, file=sys.stderr)
        return ENDED


def hear_once() -> None:
    """The first that asks to stop raises KeyboardInterrupt, and then nothing is heard any more."""

    def heard(*_: object) -> None:
        hear_no_more()
        raise KeyboardInterrupt

    for each in ASKS:  # also where a shell has told us not to hear the first
        signal.signal(each, heard)


def hear_no_more() -> None:
    """From now on things are ended, and it is waited for."""
    for each in ASKS:
        signal.signal(each, lambda *_: None)


@contextmanager
def later() -> Iterator[None]:
    """Whatever asks to stop during the block is heard at its end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before = {each: signal.signal(each, lambda number, _: asked.append(number)) for each in ASKS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in asked[:1]:
            signal.raise_signal(number)


def program(words: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
    """The exit code of a program that ends what it has started when it is asked to; if we are asked, so is it."""
    with subprocess.Popen(words, env=env, cwd=cwd) as running:
        try:
            return running.wait()
        except BaseException:
            running.terminate()
            running.wait()
            raise
