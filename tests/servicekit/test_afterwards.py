"""Work that no answer waits for: done in its order, by one thread, with its failures in the log."""

from __future__ import annotations

import threading

import structlog
from structlog.testing import capture_logs

from servicekit import correlation
from servicekit.afterwards import Afterwards


def test_without_a_background_it_is_done_before_anything_else() -> None:
    done: list[str] = []

    Afterwards().do(lambda: done.append(threading.current_thread().name))

    assert done == [threading.current_thread().name]


def test_in_the_background_nobody_waits_and_all_of_it_is_done_in_its_order_before_the_end() -> None:
    afterwards, gate = Afterwards(), threading.Event()
    done: list[object] = []
    afterwards.go_to_background()

    afterwards.do(lambda: done.append(gate.wait(10)))
    afterwards.do(lambda: done.append(threading.current_thread().name))
    before = list(done)
    gate.set()
    afterwards.finish()

    assert before == []
    assert done == [True, "afterwards_0"]


def test_in_the_background_a_log_line_still_bears_the_callers_id() -> None:
    afterwards = Afterwards()
    heard: list[str] = []
    afterwards.go_to_background()

    with structlog.contextvars.bound_contextvars(**{correlation.KEY: "visibly-fake-id"}):
        afterwards.do(lambda: heard.append(correlation.current()))
    afterwards.finish()

    assert heard == ["visibly-fake-id"]


def test_a_failure_is_logged_and_what_comes_next_is_done() -> None:
    afterwards = Afterwards()
    done: list[bool] = []
    afterwards.go_to_background()

    with capture_logs() as lines:
        afterwards.do(lambda: done.append(1 // 0 == 0))
        afterwards.do(lambda: done.append(True))
        afterwards.finish()

    assert [line["event"] for line in lines] == ["afterwards_failed"]
    assert done == [True]
