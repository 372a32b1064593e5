"""From a frozen snapshot to the bytes of its PDF. Between `receipts.document` (texts) and `receipts.filing` (keeping).

The same snapshot gives the same bytes as long as `versions` gives the same answer, in any process, on any day.
What is costly to prepare (fonts, style sheet, template) is prepared once per process.
"""

from __future__ import annotations

import functools
import hashlib
import platform
import re
import threading
import zlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.template import Context, Engine
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError

from receipts import document, fetching, finishing, fonts, kinds, legible, stamp, words
from receipts.sealing import Sealed
from receipts.snapshot import Snapshot

TEMPLATES = Path(__file__).parent / "templates" / "receipts"
VARIANT = "pdf/a-3a"
LIBRARIES = [
    "weasyprint",
    "pydyf",
    "fonttools",
    "tinycss2",
    "tinyhtml5",
    "cssselect2",
    "pillow",
    "babel",
    "django",
    "segno",
]
START_OR_END = re.compile(r"\b(?P<side>left|right) /\* (?:start|end) \*/")
OPPOSITE = {"left": "right", "right": "left"}


def render(
    snapshot: Snapshot, *, number: str, issued_at: datetime, logo: bytes = b"", sealed: Sealed | None = None
) -> bytes:
    """The receipt as a tagged PDF/A-3a file, with its seal where it has one: on the page and as an attached file.

    `issued_at` is an aware instant; `logo` is the content that `snapshot.clinic.logo` names. Raises ValueError when a
    named logo is not given or the snapshot names a template that doesn't exist, `fetching.Refused` when the document
    asks for anything else.
    """
    if bool(snapshot.clinic.logo) != bool(logo):
        raise ValueError("a snapshot with a logo is rendered with it, one without a logo without")
    html = html_of(snapshot, number=number, issued_at=issued_at, sealed=sealed)
    return _renderer().render(snapshot, html, logo=logo, sealed=sealed)


def html_of(snapshot: Snapshot, *, number: str, issued_at: datetime, sealed: Sealed | None = None) -> str:
    """The document before layout, every text escaped. The seal's code is a mark in it, which `render` replaces."""
    printable = legible.map_texts(snapshot, functools.partial(legible.clean, covered=fonts.covered()))
    texts = document.compose(printable, number=number, issued_at=issued_at, words=words.of(snapshot.locale))
    context = {"receipt": texts, "issued_at": issued_at.astimezone(UTC).isoformat(timespec="seconds"), "logo_url": ""}
    if sealed:
        context["stamp"] = stamp.of(sealed, words=words.of(snapshot.locale))
    if snapshot.clinic.logo:
        context["logo_url"] = fetching.url_of(snapshot.clinic.logo)
    return _engine().get_template(f"{_template(snapshot)}/receipt.html").render(Context(context))


def css_of(snapshot: Snapshot) -> str:
    """The style sheet in the clinic's colour, for the direction of the language."""
    direction = words.of(snapshot.locale).direction
    return _css(_template(snapshot), colour=document.colour_of(snapshot.clinic), direction=direction)


def versions(snapshot: Snapshot) -> dict[str, str]:
    """Everything that decides about the bytes besides the snapshot. Equal answers promise equal files."""
    template = _template(snapshot)
    return {**_installed(), "template": f"{template}:{_fingerprint(template)}"}


class _Page(HTML):  # type: ignore[misc]
    """A document whose own style sheet is the only one.

    WeasyPrint's sheet for web pages computes five kinds of footnotes and markers for each element, a fifth of the time
    of a receipt. Should a later version no longer ask here, the same receipt comes out, slower.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


class _Renderer:
    """What one process keeps between receipts. Pango's font map isn't safe for threads, so one renders at a time."""

    def __init__(self) -> None:
        self._fonts = fonts.PinnedFonts()
        self._fetcher = fetching.LogoFetcher()
        self._lock = threading.Lock()

    def render(self, snapshot: Snapshot, html: str, *, logo: bytes, sealed: Sealed | None) -> bytes:
        with self._lock:
            self._fetcher.logos = {fetching.url_of(snapshot.clinic.logo): logo} if logo else {}
            return self._write(html, style=css_of(snapshot), sealed=sealed)

    def _write(self, html: str, *, style: str, sealed: Sealed | None) -> bytes:
        try:
            return bytes(
                _Page(string=html, url_fetcher=self._fetcher).write_pdf(
                    stylesheets=[_parsed(style, self._fonts, self._fetcher)],
                    font_config=self._fonts,
                    pdf_variant=VARIANT,
                    attachments=finishing.files_of(sealed),
                    finisher=functools.partial(finishing.finish, sealed=sealed, stamped=stamp.PLACE in html),
                )
            )
        except (
            FatalURLFetchingError
        ) as error:  # a BaseException, which would pass every handler up to the worker's loop
            raise fetching.Refused(str(error.__cause__)) from error


@functools.cache
def _renderer() -> _Renderer:
    return _Renderer()


@functools.cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], autoescape=True)


@functools.lru_cache(maxsize=16)
def _css(template: str, *, colour: str, direction: str) -> str:
    """The file is a valid style sheet as it stands; its comments mark what varies. Selectors by direction cost time."""
    style = (TEMPLATES / template / "receipt.css").read_text("utf-8").replace("/* clinic's colour */ teal", colour)
    return style if direction == "ltr" else START_OR_END.sub(lambda side: OPPOSITE[side["side"]], style)


@functools.lru_cache(maxsize=16)
def _parsed(style: str, font_config: fonts.PinnedFonts, fetcher: fetching.LogoFetcher) -> CSS:
    """Parsing costs a third of a receipt; one clinic has one colour, so it happens once."""
    return CSS(string=style, font_config=font_config, url_fetcher=fetcher)


@functools.cache
def _installed() -> dict[str, str]:
    """Libraries, fonts and words; each library's version is in a file, and all of them take 5 ms to look up."""
    return {
        **{name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **fonts.library_versions(),
        "fonts": fonts.fingerprint(),
        "words": words.CATALOGUE.fingerprint(),
    }


@functools.cache
def _fingerprint(template: str) -> str:
    digest = hashlib.sha256()
    for path in sorted((TEMPLATES / template).iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _template(snapshot: Snapshot) -> str:
    name = snapshot.template_version or kinds.get(snapshot.kind).template
    if not name.isalnum() or not (TEMPLATES / name).is_dir():
        raise ValueError(f"there is no receipt template {name!r}")
    return name
