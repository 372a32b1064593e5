"""`make run`: the whole stack in the foreground, every process named; Ctrl-C stops all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values
from honcho.manager import Manager

from scripts import stack

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Migrate, say where everything is, and run until somebody stops it; the exit code is 0 after Ctrl-C."""
    given = named()
    laptop = stack.laptop(ROOT / "var", web_port=int(given.get("PORT", "8001")), given=given)
    migrate = [sys.executable, "-m", "payments_service", "migrate", "--verbosity", "0"]
    if subprocess.run(migrate, env=laptop.env, cwd=ROOT, check=False).returncode:
        return 1
    print(addresses(laptop), flush=True)
    manager = Manager()
    for name, command in laptop.commands.items():
        manager.add_process(name, f"exec {command}", env=laptop.env, cwd=str(ROOT))
    manager.loop()
    return 0 if manager.returncode in (0, 130) else 1


def named() -> dict[str, str]:
    """What the user has set: `.env`, and over it the environment, for the variables that `.env.example` lists."""
    known = dotenv_values(ROOT / ".env.example", interpolate=False)
    mine = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value}
    return mine | {key: os.environ[key] for key in [*known, "PORT"] if os.environ.get(key)}


def addresses(laptop: stack.Stack) -> str:
    """Where to look, for a person."""
    token = laptop.env["API_TOKENS"].split(",")[0]
    rows = {
        "API and its pages": f"{laptop.web_url}/api/v1/docs   (Authorization: Bearer {token})",
        "Stripe webhook": f"{laptop.web_url}/webhooks/stripe/",
        "Admin": f"{laptop.web_url}/admin/   (first: make admin)",
        "Stripe": laptop.env.get("STRIPE_API_BASE", "https://api.stripe.com"),
        "Email": str(laptop.mail) if "mailbox" in laptop.commands else laptop.env.get("EMAIL_URL", "Anymail"),
        "Database": laptop.env["DATABASE_URL"].rpartition("@")[2],
    }
    return "\n".join(f"  {name:18} {value}" for name, value in rows.items())


if __name__ == "__main__":
    sys.exit(main())
