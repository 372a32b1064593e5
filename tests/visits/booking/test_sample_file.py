"""The file that the how-to shows is one that goes in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from visits_service.booking import importing
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "import-visits.md"


def test_the_sample_is_imported_as_it_stands_but_for_its_year(tmp_path: Path, capsys: Any) -> None:
    [sample] = re.findall(r"```csv\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    path = tmp_path / "visits.csv"
    path.write_text(re.sub(r"20\d\d-", f"{timezone.now().year + 1}-", sample))

    call_command("import_visits", str(path))

    assert capsys.readouterr().err == ""
    assert Visit.objects.count() == 3
    assert {patient.phone: patient.channels for patient in Patient.objects.all()} == {
        "+48601000001": ["email", "sms"],
        "+48601000002": ["sms"],
        "": ["email", "sms"],
    }


def test_every_column_is_explained() -> None:
    table = HOW_TO.read_text().partition("| --- | --- |")[2].partition("\n\n")[0]

    explained = {name for row in table.splitlines() if row for name in re.findall(r"`(\w+)`", row.split("|")[1])}

    assert explained == importing.KNOWN
