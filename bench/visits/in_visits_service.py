"""Importing this, before anything of visits_service, makes the process one of its own; the environment has the rest."""

from __future__ import annotations

import django

django.setup()
