"""`reset_second_factor NAME`: for the administrator who has lost phone and codes, and has no other to ask."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staff import factors, recording
from staff.sights import Kind, Sight


class Command(BaseCommand):
    """Forgets somebody's app and recovery codes, and puts that on record."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The login's name."""
        parser.add_argument("name", metavar="NAME")

    def handle(self, *_: Any, **options: Any) -> None:
        """Reset it, or say that there is nothing to reset."""
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError("there is no such login.")
        if not factors.reset(user):
            raise CommandError("that login has no second factor.")
        said = f"reset for login {user.pk} by a command"
        recording.keep(None, Sight(Kind.SECOND_FACTOR, "reset_second_factor", what=said), user=None)
        self.stdout.write("Reset. The next sign-in asks for the password alone, or for setting up an app.")
