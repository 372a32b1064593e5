"""The image's own commands, without an image: they start a process with its secrets, and judge its health."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

COMMANDS = Path(__file__).parents[2] / "ops" / "docker"
PROCFILE = "shop-web: printf '%s.' serves ${PORT:-80}\nshop-worker: printf '%s.' works\n"


def run(command: str, *arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A command of the image, in a folder of its own and with this environment only."""
    return subprocess.run(
        [str(COMMANDS / command), *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "SECRETS_DIR": str(cwd / "secrets"), **env},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder as the image has it, with one secret."""
    (tmp_path / "Procfile").write_text(PROCFILE)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "TOKENS").write_text("visibly-fake")
    return tmp_path


def test_a_process_runs_by_its_line_of_procfile(image: Path) -> None:
    plain = run("run-process", "shop-web", cwd=image)
    elsewhere = run("run-process", "shop-web", cwd=image, PORT="81")

    assert (plain.stdout, plain.returncode) == ("serves.80.", 0)
    assert elsewhere.stdout == "serves.81."


def test_any_other_command_runs_as_it_is(image: Path) -> None:
    done = run("run-process", "sh", "-c", 'printf "%s" "$1"; exit 3', "name", "two words; $HOME", cwd=image)

    assert (done.stdout, done.returncode) == ("two words; $HOME", 3)


def test_no_command_is_answered_with_the_processes_that_there_are(image: Path) -> None:
    done = run("run-process", cwd=image)

    assert done.returncode == 64
    assert "shop-web shop-worker" in done.stderr


def test_a_secret_is_a_variable_unless_the_environment_has_it(image: Path) -> None:
    shown = ("printenv", "TOKENS")

    assert run("run-process", *shown, cwd=image).stdout == "visibly-fake\n"
    assert run("run-process", *shown, cwd=image, TOKENS="").stdout == "visibly-fake\n"
    assert run("run-process", *shown, cwd=image, TOKENS="given").stdout == "given\n"


def test_what_was_found_out_later_is_added_to_it(image: Path) -> None:
    (image / "secrets" / "TOKENS.also").write_text("also-fake\n")
    shown = ("printenv", "TOKENS")

    assert run("run-process", *shown, cwd=image).stdout == "visibly-fake,also-fake\n"
    assert run("run-process", *shown, cwd=image, TOKENS="given").stdout == "given,also-fake\n"


def test_a_missing_folder_of_secrets_is_no_trouble(image: Path) -> None:
    done = run("run-process", "printf", "fine", cwd=image, SECRETS_DIR=str(image / "nowhere"))

    assert (done.stdout, done.returncode) == ("fine", 0)


def secrets_in(folder: Path) -> dict[str, str]:
    """Every file there, by its path."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_secrets_are_made_once_each_at_random_and_never_shown(tmp_path: Path) -> None:
    for volume in ("payments", "visits", "database"):
        (tmp_path / volume).mkdir()

    first = run("make-secrets", str(tmp_path), cwd=tmp_path)
    made = secrets_in(tmp_path)
    again = run("make-secrets", str(tmp_path), cwd=tmp_path)

    assert (first.returncode, again.returncode, again.stdout) == (0, 0, "")
    assert secrets_in(tmp_path) == made
    assert len(set(made.values())) == len(made) == 9
    assert not any(secret in first.stdout for secret in made.values())
    for service in ("payments", "visits"):
        password = made[f"database/{service}"]
        assert made[f"{service}/DATABASE_URL"] == f"postgresql://{service}:{password}@postgres:5432/{service}"
        assert len(made[f"{service}/SECRET_KEY"]) == 64
    assert made["payments/STRIPE_WEBHOOK_SECRETS"].startswith("whsec_")


@pytest.fixture
def web() -> Iterator[ThreadingHTTPServer]:
    """A web process whose readiness a test sets in `status`."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(vars(self.server)["status"] if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_a_web_process_is_well_when_it_is_ready(
    web: ThreadingHTTPServer, tmp_path: Path, status: int, code: int
) -> None:
    vars(web)["status"] = status

    assert run("healthy", "web", cwd=tmp_path, PORT=str(web.server_port)).returncode == code


def test_a_web_process_that_does_not_listen_is_not_well(web: ThreadingHTTPServer, tmp_path: Path) -> None:
    port = str(web.server_port)
    web.shutdown()
    web.server_close()

    done = run("healthy", "web", cwd=tmp_path, PORT=port)

    assert (done.returncode, done.stderr) == (1, "")


def test_a_worker_is_well_while_each_of_its_files_is_fresh(tmp_path: Path) -> None:
    files = tmp_path / "alive"

    def code() -> int:
        return run("healthy", "beating", cwd=tmp_path, ALIVE_DIR=str(files)).returncode

    assert code() == 1
    files.mkdir()
    assert code() == 1
    for lane in ("email", "sms"):
        (files / lane).touch()
    assert code() == 0
    long_ago = time.time() - 90
    os.utime(files / "sms", (long_ago, long_ago))
    assert code() == 1
