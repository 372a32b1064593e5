"""Milliseconds of CPU per receipt, against WeasyPrint called plainly on the same document in the same run.

Run: python -m bench.render_receipts [rounds]. "Plainly" is `HTML(string=...).write_pdf()` with the style sheet inside
the document, once as anybody would call it and then with our fonts and our PDF variant. Ours composes the texts and
fills the template as well, draws the seal's code and attaches its data, of which the plain calls are spared. The
contestants take turns, so that a busy machine is unfair to all alike. The exit code is 1 when ours is slower than the
fastest plain call.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from weasyprint import HTML

from bench import figures
from bench.figures import Figure
from receipts import fonts, frozen, rendering, sealing, signing, taxes
from receipts.snapshot import Clinic, Line, Method, Service, Snapshot

NUMBER, ISSUED_AT = "R-2026-000123", datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
WARM_UP = 3


def the_receipt() -> Snapshot:
    """An everyday receipt: two lines, two rates of tax, one page."""
    lines = (
        Line(description="Initial consultation", quantity=1, unit_amount=12300, amount=12300, tax_rate="23"),
        Line(description="Manual therapy, 45 minutes", quantity=2, unit_amount=4320, amount=8640, tax_rate="8"),
    )
    return Snapshot(
        kind="receipt",
        reference="pi_bench",
        test=False,
        currency="EUR",
        total=20940,
        paid_at=ISSUED_AT,
        locale="pl",
        timezone="Europe/Warsaw",
        clinic=Clinic(name="Lakeside Clinic", address=("Long Street 1", "00-001 Warsaw"), tax_id="PL5250000000"),
        lines=lines,
        taxes=taxes.breakdown(lines),
        patient_name="Żaneta Gąsiorowska",
        payer_name="Piotr Gąsiorowski",
        service=Service(date="2026-11-20", practitioner="Dr. Anna Müller", code="97110"),
        method=Method(type="card", brand="visa", last4="4242", wallet="apple_pay"),
    )


def the_seal(snapshot: Snapshot) -> sealing.Sealed:
    """As issuing seals it: the code on the page and the attached data are part of what is measured."""
    document = sealing.Document(
        number=NUMBER,
        series="R-2026",
        sequence=123,
        kind=snapshot.kind,
        test=snapshot.test,
        issued_at=ISSUED_AT,
        amount=snapshot.total,
        currency=snapshot.currency,
        reference=snapshot.reference,
        snapshot=frozen.to_json(snapshot),
        previous=sealing.genesis("R-2026"),
    )
    return signing.SigningKey(signing.raw_key(signing.LAPTOP_SEED)).sign(document)


def contestants() -> dict[str, Callable[[], object]]:
    """What is compared; each call makes one PDF from nothing but the snapshot or the document's text."""
    snapshot = the_receipt()
    sealed = the_seal(snapshot)
    html = rendering.html_of(snapshot, number=NUMBER, issued_at=ISSUED_AT, sealed=sealed)
    page = html.replace("</head>", f"<style>{rendering.css_of(snapshot)}</style></head>")
    ours = fonts.PinnedFonts()
    return {
        "plain, the system's fonts": lambda: HTML(string=page).write_pdf(),
        "plain, our fonts": lambda: HTML(string=page).write_pdf(font_config=ours),
        "plain, our fonts, pdf/a-3a": lambda: HTML(string=page).write_pdf(font_config=ours, pdf_variant="pdf/a-3a"),
        "receipts.rendering (pdf/a-3a)": lambda: rendering.render(
            snapshot, number=NUMBER, issued_at=ISSUED_AT, sealed=sealed
        ),
    }


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this process for one call."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def measure(rounds: int) -> dict[str, list[float]]:
    """The calls take turns; the first rounds, which fill caches, don't count."""
    work = contestants()
    taken: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(WARM_UP + rounds):
        for name, call in work.items():
            spent = milliseconds(call)
            if turn >= WARM_UP:
                taken[name].append(spent)
    return taken


def main(rounds: int) -> int:
    """Print the table; 0 when ours is no slower than any plain call."""
    medians = {name: statistics.median(spent) for name, spent in measure(rounds).items()}
    *plain, ours = medians
    fastest = min(medians[name] for name in plain)
    print(f"{'CPU per receipt, median of ' + str(rounds):<36}{'ms':>8}{'of fastest plain':>20}")
    for name, median in medians.items():
        print(f"{name:<36}{median:>8.1f}{median / fastest:>19.2f}x")
    said = f"{medians[ours]:.0f} and {fastest:.0f} ms of CPU"
    ratio = medians[ours] / fastest
    return figures.report([Figure("CPU for a receipt / plain WeasyPrint", ratio, most=1.0, said=said, steady=True)])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
