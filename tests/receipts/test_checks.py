"""Django's `check` on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import receipts

# cffi finds libraries by name; this hides one from the process before WeasyPrint looks for it.
HIDE_SUBSETTER = """
import cffi, warnings
warnings.simplefilter("ignore", DeprecationWarning)
there = cffi.FFI.dlopen
def dlopen(self, name, *rest):
    if "harfbuzz-subset" in str(name):
        raise OSError(name)
    return there(self, name, *rest)
cffi.FFI.dlopen = dlopen
"""
CHECK = """
import django
from django.core.management import call_command
django.setup()
call_command("check", "receipts")
"""


PROJECT = Path(receipts.__file__).parent.parent


def check(program: str, *, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own; packages in `cwd` win over the project's."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )


def test_a_complete_machine_has_nothing_to_say() -> None:
    result = check(CHECK)

    assert "receipts." not in result.stderr
    assert result.returncode == 0


def test_a_machine_without_the_subsetter_is_warned_and_told_what_to_install() -> None:
    result = check(HIDE_SUBSETTER + CHECK)

    assert "receipts.W001" in result.stderr
    assert "apt-get install libharfbuzz-subset0" in result.stderr
    assert result.returncode == 0


def test_an_installation_without_its_fonts_is_an_error(tmp_path: Path) -> None:
    copy = tmp_path / "receipts"
    shutil.copytree(PROJECT / "receipts", copy, ignore=shutil.ignore_patterns("NotoSansArabic-*.ttf"))

    result = check(CHECK, cwd=tmp_path)

    assert "receipts.E001" in result.stderr
    assert "NotoSansArabic-Bold.ttf, NotoSansArabic-Regular.ttf" in result.stderr
    assert result.returncode == 1
