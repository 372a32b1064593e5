"""The words of reminders in each language: one file each below `locale/`. Neighbour of `texts` and `letters`. Pure."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "reminders")
of = CATALOGUE.of
