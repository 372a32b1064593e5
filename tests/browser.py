"""A real Chromium for patients' pages, without a window and without a word to anybody but our own server."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.processes import ROOT

T = TypeVar("T")
PHONE, WIDE = (390, 844), (1280, 800)
"""Screens in CSS pixels."""
IMAGES, FONTS = ROOT / "docs" / "images", ROOT / "receipts" / "fonts"
PATIENCE_SECONDS = 40
KEEP = "KEEP_PICTURES"
"""The environment variable that has pictures written below `docs/`; else a test run leaves nothing behind."""

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(slots=True)
class Chromium:
    """Chromium and the server that it looks at.

    It lives in a thread of its own: Playwright runs an event loop there, and Django wants none where it asks the
    database. `complaints` is what Chromium itself found wrong, `strangers` the hosts that a page wanted something of.
    """

    address: str
    thread: ThreadPoolExecutor
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)

    def look(self, path: str, steps: Callable[[Page], T], *, size: tuple[int, int] = PHONE, night: bool = False) -> T:
        """Open a page as somebody with a screen of that size (CSS pixels), and what `steps` found there."""
        return self.thread.submit(self._look, path, steps, size, night).result(timeout=3 * PATIENCE_SECONDS)

    def _look(self, path: str, steps: Callable[[Page], T], size: tuple[int, int], night: bool) -> T:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=2,
            color_scheme="dark" if night else "light",
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        with context.new_page() as page:
            page.on("console", lambda line: self.complaints.extend(complaints_in(line)))
            page.on("request", lambda request: self._meet(request.url))
            page.goto(self.address + path)
            found = steps(page)
        context.close()
        return found

    def _meet(self, url: str) -> None:
        """Chromium's own viewer of PDFs, which has addresses of its own sort, is no stranger."""
        if not url.startswith(("chrome:", "chrome-extension:")):
            self.strangers.add(urlsplit(url).netloc)


def complaints_in(line: ConsoleMessage) -> list[str]:
    """What Chromium says, but for an icon that it looks for by itself and the admin hasn't got."""
    return [] if line.location["url"].endswith("/favicon.ico") else [line.text]


@contextmanager
def chromium(address: str, *, home: Path) -> Iterator[Chromium]:
    """Chromium with our own fonts, so that pictures are the same on every machine."""
    (home / "share").mkdir()
    (home / "share" / "fonts").symlink_to(FONTS)
    env: dict[str, str | float | bool] = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "share")}
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        launch = playwright.chromium.launch
        browser = thread.submit(launch, executable_path=executable(), args=list(QUIET), env=env).result()
        try:
            yield Chromium(address, thread, browser)
        finally:
            thread.submit(browser.close).result()
            thread.submit(playwright.stop).result()


def executable() -> str:
    """Where Chromium is; fails with what to do where it isn't."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("These tests need a browser: apt-get install --no-install-recommends chromium", pytrace=False)
    return found


def keep_picture(page: Page, name: str, *, when: bool = True, whole: bool = False) -> None:
    """A picture of what is to be seen, or of the whole page, for the documentation, when it is asked for."""
    if when and os.environ.get(KEEP):
        page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", full_page=whole)


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def text_twice_as_large(page: Page) -> None:
    """As somebody with weak eyes sets it: text of 200 % on the same screen (WCAG 2.2, 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def barriers(page: Page) -> list[str]:
    """What axe-core finds between the page and somebody who can't see, hear or point well; a line for each."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


# Each element that is to be seen and has text of its own, with the nearest background that isn't transparent.
INKS = """
() => [...document.querySelectorAll("body *")]
  .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(each => each.getClientRects().length)
  .map(each => {
    let behind = each
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement
    return [each.textContent.trim(), getComputedStyle(each).color, getComputedStyle(behind).backgroundColor]
  })
"""


@dataclass(frozen=True, slots=True)
class Ink:
    """A text, its colour and the colour behind it, as `#rrggbb`."""

    text: str
    ink: str
    behind: str


def inks(page: Page) -> list[Ink]:
    """Every text of the page that is to be seen."""
    return [Ink(text, hexadecimal(ink), hexadecimal(behind)) for text, ink, behind in page.evaluate(INKS)]


def hexadecimal(colour: str) -> str:
    """`#0f766e` for `rgb(15, 118, 110)`."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
