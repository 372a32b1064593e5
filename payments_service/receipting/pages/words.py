"""The words of the patient's page in each language: one file each below `locale/`."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "pages")
of = CATALOGUE.of
