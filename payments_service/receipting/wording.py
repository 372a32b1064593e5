"""The words of the receipt's email in each language; `locale/` holds them, one file a language."""

from __future__ import annotations

from pathlib import Path

from servicekit import words

CATALOGUE = words.Catalogue(Path(__file__).parent / "locale", "receipting")
