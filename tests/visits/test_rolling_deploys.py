"""Old and new code of visits_service run side by side during a deploy, as `tests/system` holds it for payments."""

from __future__ import annotations

import pytest

from tests import rolling


@pytest.mark.django_db
def test_every_migration_leaves_old_processes_working() -> None:
    assert rolling.refused() == {}
