"""The official Stripe CLI for tests: brought by npm at its first use, in a home of its own, facing the stand-in."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import clone
from tests.clone import Terminal
from tests.processes import eventually

VERSION = "1.52.0"
INSTALLED = Path(__file__).parents[2] / "var" / "stripe-cli"
KEY = "sk_test_of_nobody_at_all"
PATIENCE_SECONDS = 30


def command() -> Path:
    """The CLI's command; fails with a sentence when it can't be installed."""
    package = INSTALLED / "node_modules" / "@stripe" / "cli" / "package.json"
    if not package.exists() or f'"version": "{VERSION}"' not in package.read_text(encoding="utf-8"):
        _install()
    return INSTALLED / "node_modules" / ".bin" / "stripe"


def on_path(directory: Path, *, api_base: str) -> Path:
    """A directory for PATH in which `stripe` is the CLI as somebody knows it, only that its Stripe is this one.

    Its question for a newer version, the one thing that it asks of anybody else, ends at a proxy that isn't there.
    """
    directory.mkdir()
    words = shlex.join([str(command()), "--api-base", api_base])
    script = f'#!/bin/sh\nHTTPS_PROXY=http://127.0.0.1:9 STRIPE_CLI_TELEMETRY_OPTOUT=1 exec {words} "$@"\n'
    (directory / "stripe").write_text(script)
    (directory / "stripe").chmod(0o755)
    return directory


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("The Stripe CLI comes through npm, and npm isn't here: install Node.js 20 or later.", pytrace=False)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    asked = [
        npm,
        "install",
        "--prefix",
        str(INSTALLED),
        "--no-save",
        "--no-audit",
        "--no-fund",
        f"@stripe/cli@{VERSION}",
    ]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        pytest.fail(f"npm couldn't install @stripe/cli {VERSION}: {' '.join(reasons[:3])}", pytrace=False)


class Cli:
    """The CLI in a home of its own, so that nobody's login is used."""

    def __init__(self, home: Path, *, api_base: str) -> None:
        self.home = home
        path = on_path(home / "bin", api_base=api_base)
        self.env = clone.environment(home, PATH=f"{path}:{os.environ['PATH']}", STRIPE_API_KEY=KEY)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            ["stripe", *arguments], env=self.env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    @contextmanager
    def listening(self, *arguments: str) -> Iterator[Terminal]:
        """`stripe listen` in a terminal, from when it says that it is ready."""
        with listening(shlex.join(["stripe", "listen", *arguments]), cwd=self.home, env=self.env) as opened:
            yield opened


@contextmanager
def listening(typed: str, *, cwd: Path, env: Mapping[str, str]) -> Iterator[Terminal]:
    """A terminal in which `stripe listen` was typed, from when it says that it is ready."""
    with clone.terminal(typed, cwd=cwd, env=env, log=Path(env["HOME"]) / "listen.log") as opened:
        eventually(lambda: "Ready!" in opened.shown, why=lambda: f"`stripe listen` isn't ready:\n{opened.shown}")
        yield opened
