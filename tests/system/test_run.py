"""`make run` in a fresh clone: everything named and found, and nothing left behind however it ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import embedded, run, stack
from tests import clone, processes
from tests.clone import Terminal

CTRL_C, KILL, CLOSED = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return clone.clone(tmp_path / "clinic-receipts")


@contextmanager
def make_run(project: Path, *, port: int, until: str = "ready.") -> Iterator[Terminal]:
    """`make run` from when it has said something."""
    env = clone.environment(project.parent, PORT=str(port), VISITS_PORT=str(embedded.free_port()))
    with clone.terminal("exec make run", cwd=project, env=env, log=project.parent / "run.log") as opened:
        processes.eventually(lambda: until in opened.shown, why=lambda: f"never said {until!r}:\n{opened.shown}")
        yield opened


def started(running: Terminal, name: str) -> int:
    """The id of the process of that name."""
    [line] = [line for line in running.shown.splitlines() if f" {name} " in line and "started (process" in line]
    return int(line.rpartition("process ")[2].rstrip(")"))


def test_every_process_is_named_and_every_address_is_said(project: Path) -> None:
    port = embedded.free_port()

    with make_run(project, port=port) as running:
        answers = processes.eventually(lambda: processes.answers(f"http://127.0.0.1:{port}/readyz"))

    assert answers
    assert all(started(running, name) for name in ["redis", "mailbox", "stripe", *stack.procfile()])
    for address in ("/api/v1/docs   (Authorization: Bearer laptop-token)", "/webhooks/stripe/", "/admin/"):
        assert f"http://127.0.0.1:{port}{address}" in running.shown
    assert str(project / "var" / "mail") in running.shown


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (CTRL_C, "migrate"),
        (CTRL_C, "payments-beat"),
        (CTRL_C, "ready."),
        (KILL, "payments-beat"),
        (CLOSED, "payments-beat"),
    ],
)
def test_whoever_stops_it_stops_all_of_it(project: Path, number: signal.Signals, moment: str) -> None:
    with make_run(project, port=embedded.free_port(), until=moment) as running:
        code = running.send(number)

    assert code == -number  # make ends by the signal, so that a shell script around it stops too
    assert clone.running_in(project) == []
    assert "Traceback" not in running.shown


def test_what_the_environment_names_is_used_instead_of_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {
        "STRIPE_API_KEY": "sk_test_of_nobody",
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "DATABASE_URL": "postgresql://somebody@127.0.0.1:9/clinic",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "PORT": str(embedded.free_port()),
    }
    visits = {
        "VISITS_PORT": str(embedded.free_port()),
        "VISITS_DATABASE_URL": "postgresql://somebody@127.0.0.1:9/visits",
    }
    for name, value in (named | visits).items():
        monkeypatch.setenv(name, value)

    laptop = run.described(run.named())

    assert laptop.env_of("payments-web").items() >= named.items()
    assert laptop.env_of("visits-web")["PORT"] == visits["VISITS_PORT"]
    assert laptop.env_of("visits-web")["DATABASE_URL"] == visits["VISITS_DATABASE_URL"]
    assert set(laptop.commands) == set(stack.procfile())


def test_a_process_that_dies_takes_the_others_along_and_is_named(project: Path) -> None:
    with make_run(project, port=embedded.free_port()) as running:
        os.kill(started(running, "payments-worker"), signal.SIGKILL)
        code = running.process.wait(clone.PATIENCE_SECONDS)

    assert code == 2  # make's own, for a command that failed
    assert "make run: payments-worker ended by itself (exit code -9), so the others were stopped too." in running.shown
    assert clone.running_in(project) == []


def test_a_process_that_ends_well_is_a_failure_too(project: Path) -> None:
    with make_run(project, port=embedded.free_port(), until="the mailbox listens") as running:
        os.kill(started(running, "mailbox"), signal.SIGTERM)
        code = running.process.wait(clone.PATIENCE_SECONDS)

    assert code == 2
    assert "make run: mailbox ended by itself (exit code 0), so the others were stopped too." in running.shown
    assert clone.running_in(project) == []


def test_a_port_that_is_taken_is_said_before_anything_starts(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with make_run(project, port=port, until="make: ***") as running:
            code = running.process.wait(clone.PATIENCE_SECONDS)

    assert code == 2
    assert running.shown.splitlines()[0] == (
        f"make run: port {port} of 127.0.0.1 can't be had: address already in use. For another one: make run PORT=8011"
    )
    assert "started" not in running.shown
    assert clone.running_in(project) == []
