"""How cost grows with work, drawn from the kept results: python -m bench.plot writes docs/images/growth.svg."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench import figures, results
from scripts.stack import ROOT

FILE = ROOT / "docs" / "images" / "growth.svg"
COLOUR = "#0f766e"
LOGARITHMIC = 50
"""Work that spans so many times its beginning is drawn on a logarithmic scale."""


def main() -> None:
    """One panel for each curve."""
    mpl.rcParams |= {"svg.hashsalt": "the same file from the same figures", "font.size": 9}
    curves = {what: curve for each in results.kept().values() for what, curve in each.findings.curves.items()}
    drawing = Figure(figsize=(9, 2.2 * ((len(curves) + 1) // 2) + 0.4), layout="constrained")
    places = drawing.subplots((len(curves) + 1) // 2, 2, squeeze=False).flatten()
    for place in places[len(curves) :]:
        place.set_axis_off()
    for place, (what, curve) in zip(places, curves.items(), strict=False):
        draw(place, what, curve)
    drawing.savefig(FILE, metadata={"Date": None, "Creator": None})
    print(f"{len(curves)} curves in {FILE.relative_to(ROOT)}")


def draw(place: Axes, what: str, curve: figures.Curve) -> None:
    """One curve, from zero."""
    work, cost = [x for x, _ in curve], [y for _, y in curve]
    place.plot(work, cost, color=COLOUR, marker="o" if len(curve) < 10 else "", linewidth=1.6, markersize=4)
    place.set_title(what, loc="left", fontsize=9)
    place.set_ylim(0, max(cost) * 1.25)
    if work[0] >= 1 and work[-1] / work[0] >= LOGARITHMIC:  # minutes begin at none
        place.set_xscale("log")
    place.grid(alpha=0.25)
    for side in ("top", "right"):
        place.spines[side].set_visible(False)


if __name__ == "__main__":
    main()
