"""What the documents name is there: files, headings, commands, settings, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#]*)(?:#([^)]*))?\)|<img src=\"([^\"]+)\"")
COMMAND = re.compile(r"python -m (payments_service|visits_service) ([a-z_]+)")
SETTING = re.compile(r"`([A-Z]{3,}(?:_[A-Z]+)+)(?:=[^`]*)?`")
DJANGOS_OWN = {"check", "createsuperuser", "migrate", "shell", "changepassword"}
NO_SETTINGS = ("ANYMAIL_", "TEST_", "VISITS_")
NOT_READ_BY_US = {"KEEP_PICTURES", "COMPOSE_ENV_FILES"}


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub links to them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def named(page: Path) -> list[tuple[Path, str]]:
    """The files that a page links to, each with a heading or nothing."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return [(page.parent / (path or image) if path or image else page, anchor) for path, anchor, image in found]


def commands(service: str) -> set[str]:
    """What a service can be asked to do, of ours."""
    shared = ("receipts", "notifications", "privacy", "staff", "servicekit")
    packages = [ROOT / name for name in (service, *shared)]
    return {path.stem for package in packages for path in package.rglob("management/commands/[a-z]*.py")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [str(path) for path, _ in named(page) if not path.exists()]
    unknown = [anchor for path, anchor in named(page) if anchor and anchor not in anchors(path)]

    assert (lost, unknown) == ([], [])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_exists(page: Path) -> None:
    asked = COMMAND.findall(page.read_text(encoding="utf-8"))

    assert [each for each in asked if each[1] not in commands(each[0]) | DJANGOS_OWN] == []


def test_every_setting_that_is_named_is_one() -> None:
    documented = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    asked = {name for page in PAGES for name in SETTING.findall(page.read_text(encoding="utf-8"))}

    assert {name for name in asked if not name.startswith(NO_SETTINGS)} - documented - NOT_READ_BY_US == set()


def test_every_picture_and_every_page_is_linked_from_somewhere() -> None:
    linked = {path.resolve() for page in PAGES for path, _ in named(page)}

    there = {path for path in (ROOT / "docs").rglob("*") if path.suffix in (".md", ".png", ".svg")}

    assert there - linked == set()
