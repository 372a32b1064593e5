"""The fonts of the package, and no others. Neighbour of `receipts.rendering`.

A receipt must look the same on every machine and be the same bytes, so text never falls back to a font of the system.
WeasyPrint hands fonts to Pango through fontconfig; here fontconfig gets a configuration that holds the package's files
and nothing else: no system fonts, no rules, no cache on disk, nothing from the environment.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint.text.ffi import ffi, fontconfig, harfbuzz, harfbuzz_subset, pango, pangoft2
from weasyprint.text.fonts import FontConfiguration

FOLDER = Path(__file__).parent / "fonts"
EXPECTED = frozenset(
    {
        "DroidSansFallback.ttf",
        "NotoSans-Bold.ttf",
        "NotoSans-Regular.ttf",
        "NotoSansArabic-Bold.ttf",
        "NotoSansArabic-Regular.ttf",
        "NotoSansHebrew-Bold.ttf",
        "NotoSansHebrew-Regular.ttf",
    }
)

# Three of these say which library made a file, the first makes a configuration without the system's fonts.
ffi.cdef("""
    FcConfig * FcConfigCreate (void);
    int FcGetVersion (void);
    const char * hb_version_string (void);
    const char * pango_version_string (void);
""")


class FontsMissing(RuntimeError):
    """The package's fonts are not there or can't be read: the installation is broken."""


class PinnedFonts(FontConfiguration):  # type: ignore[misc]
    """WeasyPrint's font configuration over the package's files only. It isn't safe for use by two threads at once."""

    def __init__(self) -> None:
        super().__init__()
        config = fontconfig.FcConfigCreate()
        for path in files():
            if not fontconfig.FcConfigAppFontAddFile(config, str(path).encode()):
                raise FontsMissing(f"{path.name} can't be read as a font: install the package again")
        font_map = ffi.cast("PangoFcFontMap *", self.font_map)
        pangoft2.pango_fc_font_map_set_config(font_map, config)
        fontconfig.FcConfigDestroy(config)  # the font map holds its own reference
        self._config = config


def files() -> list[Path]:
    """The font files in a fixed order. Raises FontsMissing when there are none."""
    found = sorted(FOLDER.glob("*.ttf"))
    if not found:
        raise FontsMissing(f"no fonts in {FOLDER}: install the package again")
    return found


@functools.cache
def covered() -> frozenset[int]:
    """The code points that at least one font has. Takes about 0.1 s, once per process."""
    points: set[int] = set()
    for path in files():
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


@functools.cache
def fingerprint() -> str:
    """SHA-256 (hex) over names and contents of all font files."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def can_subset_natively() -> bool:
    """Whether libharfbuzz-subset was found; without it fontTools does the work, slowly."""
    return harfbuzz_subset is not None


def library_versions() -> dict[str, str]:
    """The versions of the system's libraries that find, shape and subset glyphs."""
    return {
        "subsetter": "harfbuzz" if can_subset_natively() else "fonttools",
        "pango": str(ffi.string(pango.pango_version_string()).decode()),
        "harfbuzz": str(ffi.string(harfbuzz.hb_version_string()).decode()),
        "fontconfig": str(fontconfig.FcGetVersion()),
    }
