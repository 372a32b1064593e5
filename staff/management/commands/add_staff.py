"""`add_staff NAME --role front-desk`: a login for a member of staff, with what the role may do and nothing more."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from staff import roles


class Command(BaseCommand):
    """Makes the login; the password is asked for at a terminal, else read from standard input, and never printed."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The login's name, and its role."""
        parser.add_argument("name", metavar="NAME", help="what they sign in with, an email address for instance")
        parser.add_argument(
            "--role", required=True, metavar="ROLE", help=", ".join(r.slug for r in settings.STAFF_ROLES)
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Add it, or say in a sentence why not."""
        try:
            role = roles.named(settings.STAFF_ROLES, options["role"])
        except ValueError as wrong:
            raise CommandError(f"--role {options['role']}: {wrong}.") from None
        if User.objects.filter(username=options["name"]).exists():
            raise CommandError("that login is there already; an administrator changes its role in the admin.")
        user = User(username=options["name"], is_staff=True)
        self.check_and_save(user, password=asked_for(), role=role)
        self.stdout.write(f"Added, as {role.name}. They sign in at {settings.PUBLIC_URL}/admin/")

    def check_and_save(self, user: User, *, password: str, role: roles.Role) -> None:
        """Save both or nothing; a name or a password that won't do is refused with Django's own words."""
        user.set_password(password)
        try:
            validate_password(password, user)
            user.full_clean()
        except ValidationError as invalid:
            raise CommandError(" ".join(invalid.messages)) from None
        with transaction.atomic():
            user.save()
            user.groups.add(Group.objects.get_or_create(name=role.name)[0])


def asked_for() -> str:
    """The password, typed twice where somebody sits at a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("the two passwords differ; nothing was added.")
    return first
