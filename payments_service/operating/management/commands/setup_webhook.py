"""`python -m payments_service setup_webhook`: Stripe's endpoint for this service, made or brought up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments_service.operating import endpoints, stripe_endpoints
from payments_service.operating.endpoints import Endpoint, Wanted
from payments_service.payments import stripe_api
from payments_service.webhooks import obstacles
from servicekit.failures import GiveUp, TryLater

T = TypeVar("T")


class Command(BaseCommand):
    """Says what differs, and changes it; a second run finds nothing to do."""

    help = "Make or update the webhook endpoint at Stripe, so that it sends every event type that does something."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where Stripe should post, and what becomes of the secret."""
        parser.add_argument("--url", default="", help="another address than PUBLIC_URL/webhooks/stripe/")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument(
            "--write-secret",
            type=Path,
            metavar="FILE",
            help="put a new endpoint's secret into this new file (mode 600)",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Look, show the difference, and make it so."""
        wanted = stripe_endpoints.wanted(options["url"])
        refuse_unreachable(wanted.url)
        found = asked(lambda: endpoints.at(wanted.url, stripe_endpoints.listed(stripe_api.ours())))
        if len(found) > 1:
            raise CommandError(
                f"Stripe has {len(found)} endpoints at {wanted.url}: delete all but one in the Dashboard."
            )
        if found:
            self.update(found[0], wanted, dry_run=options["dry_run"])
        else:
            self.make(wanted, dry_run=options["dry_run"], file=options["write_secret"])

    def update(self, found: Endpoint, wanted: Wanted, *, dry_run: bool) -> None:
        """Show what differs, and change what can be changed."""
        changes = endpoints.difference(found, wanted)
        self.stdout.write(f"{found.id} at {found.url}")
        for change in changes:
            self.stdout.write(f"  {change.about}")
        if not any(change.possible for change in changes):
            self.stdout.write("Nothing to do.")
        elif dry_run:
            self.stdout.write("Nothing was done.")
        else:
            asked(lambda: stripe_endpoints.change(stripe_api.ours(), found, wanted))
            self.stdout.write("Done. Its signing secret is the same as before.")

    def make(self, wanted: Wanted, *, dry_run: bool, file: Path | None) -> None:
        """Make it and hand over the secret, which comes this once: to a file or to a person, never to a pipe."""
        self.stdout.write(f"a new endpoint at {wanted.url}, API version {wanted.api_version}")
        for kind in wanted.types:
            self.stdout.write(f"  + {kind}")
        if dry_run:
            self.stdout.write("Nothing was done.")
            return
        self.hand_over(wanted, file=file)
        self.stdout.write(
            "Add it to STRIPE_WEBHOOK_SECRETS (several are separated by commas), and restart payments-web."
        )

    def hand_over(self, wanted: Wanted, *, file: Path | None) -> None:
        """Make it once there is somebody to tell the secret to: a new file, or a person at a terminal."""
        if file:
            made = written(file, wanted)
            self.stdout.write(f"{made.id} is made. Its signing secret is in {file}.")
        elif self.stdout.isatty():
            made, secret = asked(lambda: stripe_endpoints.make(stripe_api.ours(), wanted))
            self.stdout.write(f"{made.id} is made. Its signing secret, shown this once:\n\n  {secret}\n")
        else:
            raise CommandError("The new secret is shown once: run this in a terminal, or add --write-secret FILE.")


def written(file: Path, wanted: Wanted) -> Endpoint:
    """The new endpoint, its secret in the file; an empty file isn't left behind when Stripe refuses."""
    kept = opened(file)
    try:
        made, secret = asked(lambda: stripe_endpoints.make(stripe_api.ours(), wanted))
        os.write(kept, f"{secret}\n".encode())
    except CommandError:
        file.unlink()
        raise
    finally:
        os.close(kept)
    return made


def asked(ask: Callable[[], T]) -> T:
    """What Stripe answers; its refusal as a sentence."""
    if not settings.STRIPE_API_KEY:
        raise CommandError("This asks Stripe: set STRIPE_API_KEY to a key that may write webhook endpoints.")
    try:
        with stripe_api.failures_named():
            return ask()
    except (TryLater, GiveUp) as failure:
        raise CommandError(f"Stripe refuses or can't be reached: {obstacles.hint(failure.code)}.") from None


def refuse_unreachable(url: str) -> None:
    """Stripe calls nobody's own machine."""
    if not endpoints.host_of(url):
        raise CommandError("--url expects an address such as https://payments.clinic.example/webhooks/stripe/.")
    if endpoints.is_loopback(url):
        raise CommandError(f"Stripe can't reach {url}: set PUBLIC_URL, give --url, or use make stripe-listen here.")


def opened(file: Path) -> int:
    """A new file that only its owner reads; before Stripe is asked, as the secret comes only once."""
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as refusal:
        raise CommandError(f"--write-secret: {file} can't be made: {str(refusal.strerror).lower()}.") from None
