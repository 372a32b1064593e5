"""`make doctor`, `manage` and `stripe-lab` beside `make run`: they find its addresses and secrets by themselves."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import embedded
from tests import clone, processes


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return clone.clone(tmp_path / "clinic-receipts")


@pytest.fixture
def _running(project: Path) -> Iterator[None]:
    """`make run`, from when its web process can do its work."""
    port = embedded.free_port()
    env = clone.environment(project.parent, PORT=str(port), VISITS_PORT=str(embedded.free_port()))
    with clone.terminal("exec make run", cwd=project, env=env, log=project.parent / "run.log") as opened:
        processes.eventually(lambda: opened.shown.count("ready.") >= 2, within=90, why=lambda: opened.shown)
        processes.eventually(lambda: processes.answers(f"http://127.0.0.1:{port}/readyz"), within=60)
        yield


def make(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as somebody types it in another terminal."""
    env = clone.environment(project.parent)
    return subprocess.run(
        ["make", *words], cwd=project, env=env, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.usefixtures("_running")
def test_the_running_stack_is_well_and_does_what_it_should(project: Path) -> None:
    chosen = project / "var" / "running.json"

    reconciled = make(project, "manage", "ARGS=reconcile --dry-run")
    played = make(project, "stripe-lab", "ARGS=paid thin dinar")
    looked = processes.eventually(lambda: well(project), within=120, why=lambda: make(project, "doctor").stdout)

    assert (played.returncode, "3 right" in played.stdout) == (0, True), played.stdout + played.stderr
    assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
    assert "own address" in looked
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o600


def well(project: Path) -> str:
    """What the doctor says, once nothing is wrong: Beat's first message takes some seconds."""
    done = make(project, "doctor")
    return done.stdout if done.returncode == 0 else ""


def test_listening_needs_a_key_and_the_cli(project: Path) -> None:
    no_key, no_cli = make(project, "stripe-listen"), make(project, "stripe-listen", "STRIPE_API_KEY=sk_test_fake")

    assert "set STRIPE_API_KEY=sk_test_..." in no_key.stderr
    assert "npm install --global @stripe/cli" in no_cli.stderr
    assert 0 not in (no_key.returncode, no_cli.returncode)


def test_without_a_running_stack_the_doctor_says_what_is_missing(project: Path) -> None:
    done = make(project, "doctor")

    assert done.returncode != 0
    assert "Start Redis" in done.stdout
    assert not (project / "var" / "running.json").exists()
