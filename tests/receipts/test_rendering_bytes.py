"""Same snapshot, same bytes, on any machine with the same libraries."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from receipts import rendering
from receipts.snapshot import Clinic
from tests.receipts.builders import a_pdf, a_snapshot


def in_a_fresh_process(module: str, **environment: str) -> list[str]:
    command = [sys.executable, "-m", f"tests.receipts.{module}"]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    assert a_pdf(locale="pl") == a_pdf(locale="pl")


def test_other_receipts_in_between_change_nothing() -> None:
    first = a_pdf()
    a_pdf(locale="ar", clinic=Clinic(name="Other", colour="#123456"))
    a_pdf(locale="ja", patient_name="王小明")

    assert a_pdf() == first


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "LC_ALL": "ja_JP.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LANG": "C", "FONTCONFIG_FILE": "/nowhere", "HOME": "/nowhere"},
    ],
)
def test_another_process_in_another_country_makes_the_same_bytes(environment: dict[str, str]) -> None:
    here = hashlib.sha256(a_pdf(locale="ar", patient_name="אבג 王小明 Żółć محمد")).hexdigest()

    assert in_a_fresh_process("one_render", **environment) == [here]


def test_threads_of_one_process_do_not_disturb_each_other() -> None:
    locales = ["en", "de", "pl", "ar"] * 3
    alone = {locale: a_pdf(locale=locale) for locale in set(locales)}

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda locale: a_pdf(locale=locale), locales))

    assert together == [alone[locale] for locale in locales]


def test_another_snapshot_number_or_instant_gives_other_bytes() -> None:
    assert a_pdf() != a_pdf(patient_name="Somebody Else")


def test_what_decides_about_the_bytes_is_named() -> None:
    versions = rendering.versions(a_snapshot())

    assert {"weasyprint", "pydyf", "pango", "harfbuzz", "fonttools", "template", "fonts", "words"} <= set(versions)
    assert all(versions.values())
