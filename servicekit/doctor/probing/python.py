"""Runs Django's checks, and says what we run on."""

from __future__ import annotations

import platform

import django
from django.conf import settings
from django.core import checks

from servicekit.doctor.judging.python import Remark


def remarks() -> list[Remark]:
    """What Django's checks say, with those for production unless DEBUG."""
    said = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    told = [each for each in said if each.level >= checks.WARNING and not each.is_silenced()]
    return [Remark(each.msg, each.hint or f"See {each.id}.", serious=each.level >= checks.ERROR) for each in told]


def versions() -> dict[str, str]:
    """What every service runs on."""
    return {"Python": platform.python_version(), "Django": django.get_version()}
