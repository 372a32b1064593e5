"""A folder for PDFs of its own, and somebody of the staff at a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def front_desk(django_user_model: Any) -> Client:
    """A browser with somebody signed in who may do everything, over https."""
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(django_user_model.objects.create_superuser("desk"))
    return browser
