"""`python -m payments_service stripe_listen`: the Stripe CLI, told which events do something and where they go."""

from __future__ import annotations

import os
import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments_service.webhooks.handlers import HANDLERS


class Command(BaseCommand):
    """Becomes the CLI: it stays in the foreground, and Ctrl-C is its own."""

    help = "Forward Stripe's events to this machine with the official Stripe CLI (npm install --global @stripe/cli)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where events go."""
        parser.add_argument("--forward-to", default="127.0.0.1:8001", help="host and port of payments-web")

    def handle(self, *_: Any, **options: Any) -> None:
        """The CLI's own words from here on. The key goes through the environment, which other users can't list."""
        cli = shutil.which("stripe")
        if cli is None:
            raise CommandError("There is no Stripe CLI on PATH: npm install --global @stripe/cli")
        where = f"{options['forward_to']}/webhooks/stripe/"
        words = [cli, "listen", "--events", ",".join(HANDLERS), "--forward-to", where]
        env = os.environ | ({"STRIPE_API_KEY": settings.STRIPE_API_KEY} if settings.STRIPE_API_KEY else {})
        os.execve(cli, words, env)  # noqa: S606 - found on PATH, as a person would call it
