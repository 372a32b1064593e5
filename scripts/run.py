"""`make run`: the whole stack in the foreground, every process named; Ctrl-C stops all of it."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from scripts import running, stack, stripe_cli
from scripts.foreground import Foreground
from scripts.processes import Trouble

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)  # most are commented out, having a default
MIGRATE = {
    f"{service}-migrate": f"python -m {service}_service migrate --verbosity 0"
    for service in (stack.PAYMENTS, stack.VISITS)
}
PORTS = {stack.PAYMENTS: ("PORT", 8001), stack.VISITS: ("VISITS_PORT", 8002)}
"""The variable that names a service's port, and its default."""


def main() -> int:
    """Run until somebody stops it, which is 0; 1 when it can't start or when a process ends by itself."""
    try:
        given = named()
        laptop = described(given | stripe_cli.secret(given))
        width = max(map(len, laptop.commands))
        with Foreground(laptop.env_of, cwd=ROOT, width=width) as together, running.kept(laptop, names=documented()):
            run(together, laptop)
    except Trouble as trouble:
        print(f"make run: {trouble}", file=sys.stderr)
        return 1
    return 0


def run(together: Foreground, laptop: stack.Stack) -> None:
    """Migrate, say where everything is, start it all, and return once somebody asks to stop; raises Trouble."""
    together.start(MIGRATE)
    for _ in MIGRATE:
        migrated = together.first_to_end()
        if migrated is None:
            return
        if migrated[1]:
            raise Trouble("the database couldn't be migrated; the reason is above.")
    print(addresses(laptop), flush=True)
    ours = stack.procfile()
    together.start({name: command for name, command in laptop.commands.items() if name not in ours})
    together.start(ours)
    if ended := together.first_to_end():
        raise Trouble("{} ended by itself (exit code {}), so the others were stopped too.".format(*ended))


def described(given: dict[str, str]) -> stack.Stack:
    """The stack in var/, with web ports that are free; raises Trouble."""
    ports = {service: wanted(given, name, default) for service, (name, default) in PORTS.items()}
    return stack.laptop(ROOT / "var", ports=ports, given=given)


def wanted(given: Mapping[str, str], name: str, default: int) -> int:
    """The port that this variable names, which is free; raises Trouble."""
    port, host = given.get(name, str(default)), given.get("HOST", "127.0.0.1")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Trouble(f"{name} must be a number such as {default}, not {port!r}.")
    try:
        take(host, int(port))
    except OSError as refusal:
        why = str(refusal.strerror).lower()
        raise Trouble(
            f"port {port} of {host} can't be had: {why}. For another one: make run {name}={default + 10}"
        ) from None
    return int(port)


def take(host: str, port: int) -> None:
    """Hold the address for a moment, as the web process will do; raises OSError when it can't be had."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def named() -> dict[str, str]:
    """What the user has set: `.env`, and over it the environment, for the variables that `.env.example` lists.

    What the services can't share has the prefix VISITS_ for visits_service: VISITS_PORT, VISITS_DATABASE_URL.
    """
    known = documented()
    known += [f"VISITS_{name}" for name in stack.ITS_OWN]
    mine = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value}
    return mine | {key: os.environ[key] for key in known if os.environ.get(key)}


def documented() -> list[str]:
    """The variables that `.env.example` lists."""
    return VARIABLE.findall((ROOT / ".env.example").read_text(encoding="utf-8"))


def addresses(laptop: stack.Stack) -> str:
    """Where to look, for a person."""
    token = laptop.env["API_TOKENS"].split(",")[0]
    mail = str(laptop.mail) if "mailbox" in laptop.commands else laptop.env.get("EMAIL_URL", "Anymail")
    texts = laptop.env["SMS_BACKEND"] if laptop.env["SMS_BACKEND"] != stack.KEPT_TEXTS else str(laptop.texts)
    rows = {
        "Stripe webhook": f"{laptop.web_url()}/webhooks/stripe/",
        "Payments API": f"{laptop.web_url()}/api/v1/docs   (Authorization: Bearer {token})",
        "Payments admin": f"{laptop.web_url()}/admin/   (first: make admin)",
        "Visits API": f"{laptop.web_url(stack.VISITS)}/api/v1/docs   (Authorization: Bearer {token})",
        "Visits admin": f"{laptop.web_url(stack.VISITS)}/admin/   (first: make admin SERVICE=visits)",
        "Stripe": laptop.env.get("STRIPE_API_BASE", "https://api.stripe.com"),
        "Email": mail,
        "SMS": texts,
        **{f"Database {name}": own["DATABASE_URL"].rpartition("@")[2] for name, own in laptop.own.items()},
    }
    return "\n".join(f"  {name:18} {value}" for name, value in rows.items())


if __name__ == "__main__":
    sys.exit(main())
