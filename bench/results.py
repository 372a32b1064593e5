"""What was measured last, kept in `bench/results/`: a JSON file for each part, and one table that README shows too.

Each part's file says on which occasion it was measured; what was measured before is in git.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import figures, machine
from bench.figures import Findings
from scripts.stack import ROOT

FOLDER = ROOT / "bench" / "results"
README = ROOT / "README.md"
TABLE = re.compile(r"(?<=<!-- measured -->\n).*?(?=\n<!-- /measured -->)", re.DOTALL)
ORDER = ("webhooks", "receipts", "journey", "reminders", "deliveries", "memory")


@dataclass(frozen=True, slots=True)
class Kept:
    """The findings of one part and the occasion."""

    occasion: machine.Occasion
    findings: Findings


def keep(part: str, findings: Findings, *, on: machine.Occasion) -> None:
    """Write a part's findings down, in place of what it found before."""
    FOLDER.mkdir(exist_ok=True)
    told = {"occasion": asdict(on), **asdict(findings)}
    (FOLDER / f"{part}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def kept() -> dict[str, Kept]:
    """The last findings of each part that has some, in the order of the table."""
    return {part: read(FOLDER / f"{part}.json") for part in ORDER if (FOLDER / f"{part}.json").exists()}


def read(file: Path) -> Kept:
    """One part's."""
    text = file.read_text(encoding="utf-8")
    return Kept(machine.Occasion(**json.loads(text)["occasion"]), figures.read(text))


def table(parts: Mapping[str, Kept]) -> str:
    """All figures in one table, and when and where each part was measured."""
    rows = figures.markdown(figure for each in parts.values() for figure in each.findings.figures)
    occasions: dict[str, list[str]] = {}
    for part, each in parts.items():
        occasions.setdefault(str(each.occasion), []).append(part)
    lines = [f"Measured on {occasion} ({', '.join(names)})." for occasion, names in occasions.items()]
    return rows + "\n\n" + "\n".join(lines)


def publish() -> None:
    """Bring the tables of `bench/results/` and of README up to what is kept."""
    now = table(kept())
    (FOLDER / "README.md").write_text(f"# Measured\n\n{now}\n", encoding="utf-8")
    README.write_text(TABLE.sub(lambda _: now, README.read_text(encoding="utf-8")), encoding="utf-8")
