"""The words of the receipt's email in each language: one file each below `locale/`. Neighbour of `letters`."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "receipting")
of = CATALOGUE.of
