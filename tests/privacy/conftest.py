"""A folder for PDFs of its own, and a Stripe that answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from scripts.stripe_standin import StandIn
from tests import standin


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with standin.stripe_answers(settings) as server:
        yield server
