"""README as its readers use it: the commands of a section, in order."""

from __future__ import annotations

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def commands(section: str) -> list[str]:
    """The shell blocks below a heading of the second level, each as it is to be typed."""
    _, found, rest = TEXT.partition(f"\n## {section}\n")
    assert found, f"README has no section {section!r}"
    return re.findall(r"^```sh\n(.*?)^```$", rest.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
