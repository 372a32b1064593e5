"""`python -m SERVICE COMMAND`: a service's manage.py."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def run(service: str) -> None:
    """Run a management command; a setting that is wrong or missing ends it with one sentence per setting."""
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as wrong:
        sys.exit(f"{service}: {wrong}")
    execute_from_command_line([f"python -m {service}", *sys.argv[1:]])
