"""`python -m payments_service COMMAND`: this service's manage.py."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command; a setting that is wrong or missing ends it with one sentence per setting."""
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as wrong:
        sys.exit(f"payments_service: {wrong}")
    execute_from_command_line(["python -m payments_service", *sys.argv[1:]])


if __name__ == "__main__":
    main()
