"""Many commands, each in a process and an environment of its own, without loading every library again for each.

A process loads libraries, nothing of ours and no settings, and forks for each command. What a command does from there
on, from its `__main__` to its exit code, is what `python -m SERVICE COMMAND` does.

Run as a program: a JSON line in (`module`, `arguments`, `env`), a JSON line out (`returncode`, `stdout`, `stderr`).
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ["django.core.management", "celery.app.base", "kombu.transport.redis", "environs", "pydantic", "stripe"]
LIBRARIES += ["anymail", "weasyprint", "pypdf", "psycopg", "structlog", "prometheus_client", "phonenumbers", "boto3"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class Starter:
    """The process that forks commands, for as long as the `with` lasts."""

    process: subprocess.Popen[str]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.starting"],
            cwd=ROOT,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def run(self, module: str, *arguments: str, env: dict[str, str]) -> Ended:
        """`python -m MODULE ARGUMENTS` in this environment, to its end."""
        assert self.process.stdin
        assert self.process.stdout
        asked = {"module": module, "arguments": arguments, "env": env}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))


of_commands = Starter()


def main() -> None:
    """Fork for each line until there are no more."""
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)  # noqa: T201 - the answer


def forked(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one command in a fork, and what came of it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            be(**asked)
        _, status = os.waitpid(pid, 0)
        out.seek(0)
        err.seek(0)
        said = {"stdout": out.read().decode(), "stderr": err.read().decode()}
        return {"returncode": os.waitstatus_to_exitcode(status), **said}


def be(module: str, arguments: list[str], env: dict[str, str]) -> None:
    """In the fork: be that command, and end as the interpreter ends it."""
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [module, *arguments]
    code: object = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    if not isinstance(code, int):
        print(code, file=sys.stderr)  # noqa: T201 - as the interpreter does
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
