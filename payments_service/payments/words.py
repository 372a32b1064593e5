"""What rows wait for, in the words of each language: one file each below `locale/`. Neighbour of `obstacles`."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "payments")
of = CATALOGUE.of
