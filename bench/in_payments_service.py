"""Importing this before anything of payments_service makes the process one of its own, by its environment."""

from __future__ import annotations

import django

django.setup()
