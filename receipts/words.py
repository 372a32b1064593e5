"""The words of a receipt in each language: one file each below `locale/`. Neighbour of `receipts.document`."""

from __future__ import annotations

from pathlib import Path

from servicekit.words import Catalogue, Words

__all__ = ["CATALOGUE", "Words", "of"]

CATALOGUE = Catalogue(Path(__file__).parent / "locale", "receipts")
of = CATALOGUE.of
