"""The words of the daily proof in each language: one file each below `locale/`. Neighbour of `texts`. Pure."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "bookkeeping")
of = CATALOGUE.of
