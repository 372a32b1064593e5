"""What README says about speed is what was measured last, and each part of the bench can be had alone."""

from __future__ import annotations

import importlib

from bench import __main__ as bench
from bench import figures, results
from bench.figures import Figure
from tests.system import readme


def test_readme_and_the_results_show_what_was_measured_last() -> None:
    now = results.table(results.kept())

    assert now in readme.TEXT
    assert now in (results.FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_part_has_its_place_in_the_table_and_is_a_program_of_its_own() -> None:
    parts = bench.PARTS

    assert list(parts) == list(results.ORDER)
    assert all(callable(importlib.import_module(part.module).main) for part in parts.values())


def test_a_promise_that_is_missed_says_so() -> None:
    missed = Figure("journeys a second / rendering alone", 0.6, least=0.75, said="6 and 10 a second")
    kept = Figure("95 of 100 take", 12.0, most=50.0, unit="ms")

    assert "MISSED" in figures.table([missed]).splitlines()[1]
    assert "**at least 0.75: missed**" in figures.markdown([missed])
    assert "at most 50 ms" in figures.markdown([kept])
    assert "missed" not in figures.markdown([kept])
