"""The stack of docker-compose.yml under a project name of its own, so that nobody's running one is touched."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from scripts import run, stack
from scripts.processes import Trouble

PROJECT = "clinic-receipts-smoke"
PORTS = {"PORT": "18001", "VISITS_PORT": "18002", "MAILPIT_PORT": "18025"}
ONCE = ("secrets", "payments-migrate", "visits-migrate")
LONGEST_BUILD_SECONDS = 1800
LONGEST_COMMAND_SECONDS = 180
LONGEST_START_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Container:
    """One container as `docker compose ps` shows it."""

    service: str
    state: str
    health: str
    exit_code: int

    @property
    def well(self) -> bool:
        """Whether it is healthy, or has done what it had to do once."""
        if self.service in ONCE:
            return self.state == "exited" and self.exit_code == 0
        return self.state == "running" and self.health == "healthy"


class Composition:
    """The project; its ports are those of `PORTS`, unless the environment names others."""

    def __init__(self) -> None:
        self.ports = {name: os.environ.get(name, port) for name, port in PORTS.items()}
        settings = run.VARIABLE.findall((stack.ROOT / ".env.example").read_text(encoding="utf-8"))
        kept = {name: value for name, value in os.environ.items() if name not in settings}
        # No .env: whoever runs this may have the clinic's mail server and Stripe's key in there.
        self.env = {**kept, **self.ports, "COMPOSE_ENV_FILES": os.devnull}

    def url(self, port: str) -> str:
        """Where one of the published ports answers."""
        return f"http://127.0.0.1:{self.ports[port]}"

    def up(self, *, log: Path) -> None:
        """Build and start everything; what was printed is in the log. Raises Trouble."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            command = self._command("up", "--build", "--detach")
            done = subprocess.run(
                command,
                env=self.env,
                cwd=stack.ROOT,
                stdout=output,
                stderr=output,
                timeout=LONGEST_BUILD_SECONDS,
                check=False,
            )
        if done.returncode:
            raise Trouble(f"docker compose up failed, see {log}:\n{log.read_text()[-2000:]}")

    def containers(self) -> list[Container]:
        """Every container of the project, also those that have ended."""
        lines = map(json.loads, self.command("ps", "--all", "--format", "json").splitlines())
        shown = [one for line in lines for one in (line if isinstance(line, list) else [line])]
        return [Container(one["Service"], one["State"], one["Health"], int(one["ExitCode"])) for one in shown]

    def wait_until_well(self) -> list[Container]:
        """The containers, once each of them is well; raises Trouble, naming those that aren't."""
        end = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < end:
            found = self.containers()
            unwell = [each for each in found if not each.well]
            if found and not unwell:
                return found
            time.sleep(1)
        names = ", ".join(f"{each.service} ({each.state} {each.health})" for each in unwell)
        raise Trouble(f"not well after {LONGEST_START_SECONDS} s: {names}")

    def secret(self, service: str, name: str) -> str:
        """A secret that the first start made for a service."""
        return self.command("exec", "-T", f"{service}-web", "cat", f"/run/secrets/{name}").strip()

    def rows(self, database: str, statement: str) -> list[list[str]]:
        """What the database answers to a statement, as text."""
        asked = ("psql", "-U", "postgres", "-d", database, "-At", "-F", "\t", "-c", statement)
        return [line.split("\t") for line in self.command("exec", "-T", "postgres", *asked).splitlines()]

    def kill(self, service: str) -> None:
        """SIGKILL to the containers of a service; Docker leaves it at that."""
        self.command("kill", service)

    def start_again(self, service: str) -> None:
        """The same containers once more, and nothing else before them."""
        self._run("docker", "start", *self.command("ps", "--all", "--quiet", service).split())

    def command(self, *arguments: str) -> str:
        """What `docker compose ARGUMENTS` prints; raises Trouble with what it complained of."""
        return self._run(*self._command(*arguments))

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            words,
            env=self.env,
            cwd=stack.ROOT,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"{' '.join(words)} failed:\n{done.stderr}")
        return done.stdout

    def _command(self, *arguments: str) -> list[str]:
        return ["docker", "compose", "--project-name", PROJECT, "--ansi", "never", *arguments]
