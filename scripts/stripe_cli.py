"""The secret that the Stripe CLI signs with, which `make run` asks it for; stripe_listen.py has it forward events."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

PATIENCE_SECONDS = 30


def secret(given: Mapping[str, str]) -> dict[str, str]:
    """`STRIPE_WEBHOOK_SECRETS` as the CLI has it; nothing where secrets or no key are named, or there is no CLI.

    The CLI's secret stays the same for an account and machine, so it doesn't matter which of the two starts first.
    """
    cli = shutil.which("stripe")
    if not cli or "STRIPE_API_KEY" not in given or "STRIPE_WEBHOOK_SECRETS" in given:
        return {}
    env = os.environ | {"STRIPE_API_KEY": given["STRIPE_API_KEY"]}
    try:
        asked = subprocess.run(
            [cli, "listen", "--print-secret"],
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        print("make run: the Stripe CLI doesn't tell its secret, so what it forwards will be refused.", file=sys.stderr)
        return {}
    return {"STRIPE_WEBHOOK_SECRETS": asked.stdout.strip()}
