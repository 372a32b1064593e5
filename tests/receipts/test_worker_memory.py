"""A worker that renders all day stays as small as it was."""

from __future__ import annotations

import subprocess

MEBIBYTE = 1024


def test_a_thousand_receipts_leave_the_process_as_small_as_two_hundred_did(many_renders: subprocess.Popen[str]) -> None:
    output, _ = many_renders.communicate(timeout=600)

    after_200, after_1000 = map(int, output.split())
    assert many_renders.returncode == 0
    assert after_1000 - after_200 < 8 * MEBIBYTE
