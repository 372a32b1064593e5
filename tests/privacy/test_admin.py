"""Administrators export and erase one person's data in the admin; nobody else may, and nothing happens unconfirmed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client

from privacy.models import Erasure, Export
from receipts.models import Receipt
from tests.privacy.treated import EMAIL, a_checkout, a_treated_patient, places
from tests.replaying.journeys import lose_file_of

pytestmark = pytest.mark.django_db(transaction=True)

ERASE, EXPORT = "/admin/privacy/erasure/add/", "/admin/privacy/export/add/"


def staff(users: Any, *rights: str) -> Client:
    """A browser with a member of staff who has these rights."""
    user = users.objects.create_user("administrator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("path", [ERASE, EXPORT])
def test_who_has_not_the_right_gets_neither(django_user_model: Any, path: str) -> None:
    a_treated_patient()
    browser = staff(django_user_model, "view_erasure", "view_export", "view_purge")

    answer = browser.post(path, {"email": EMAIL, "typed": EMAIL})

    assert answer.status_code == 403
    assert not Erasure.objects.exists()
    assert not Export.objects.exists()


def test_erasing_shows_first_and_wants_it_typed_once_more(django_user_model: Any) -> None:
    _, receipt = a_treated_patient()
    browser = staff(django_user_model, "erase_person", "view_erasure")
    before = places()

    shown = browser.post(ERASE, {"email": EMAIL}).content.decode()
    mistyped = browser.post(ERASE, {"email": EMAIL, "typed": "ada"}).content.decode()

    assert f"<td>{receipt.number}</td><td>kept until" in shown
    assert "isn&#x27;t what you looked for" in mistyped
    assert places() == before

    done = browser.post(ERASE, {"email": EMAIL, "typed": EMAIL})
    assert done.status_code == 302
    assert EMAIL not in done["Location"]
    assert Erasure.objects.get().by == "administrator"
    assert places() == {"receipts_receipt.snapshot"}


def test_nobody_of_that_name_is_said_so(django_user_model: Any) -> None:
    browser = staff(django_user_model, "erase_person", "export_person")

    for path in (ERASE, EXPORT):
        assert "no patient is kept under that email" in browser.post(path, {"email": EMAIL}).content.decode()
        assert "Say who." in browser.post(path, {"email": ""}).content.decode()


def test_an_export_is_a_file_with_all_that_is_theirs_and_nobody_elses(django_user_model: Any) -> None:
    _, receipt = a_treated_patient()
    a_treated_patient(a_checkout("visit-2", name="Jan Kowalski", email="jan@patient.example"))
    browser = staff(django_user_model, "export_person")

    answer = browser.post(EXPORT, {"email": EMAIL})

    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names, data, page = (
            archive.namelist(),
            json.loads(archive.read("data.json")),
            archive.read("index.html").decode(),
        )
        assert archive.read(f"documents/{receipt.number}.pdf").startswith(b"%PDF")
    assert names == ["index.html", "data.json", f"documents/{receipt.number}.pdf"]
    assert data["documents"][0]["number"] == receipt.number
    assert data["letters"][0]["to"] == EMAIL
    assert len(data["what Stripe told"]) == 4
    assert "Kowalski" not in page + json.dumps(data)
    assert Export.objects.get().by == "administrator"


def test_a_file_that_cannot_be_read_is_a_note_in_the_export(django_user_model: Any) -> None:
    _, receipt = a_treated_patient()
    lost_for_good(receipt)
    browser = staff(django_user_model, "export_person", "view_export")

    answer = browser.post(EXPORT, {"email": EMAIL})

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        note = archive.read(f"documents/{receipt.number}.pdf.missing.txt").decode()
    assert f"{receipt.number} can't be read" in note
    assert f"{receipt.number}.pdf can&#x27;t be read now" in browser.get("/admin/privacy/export/").content.decode()
    assert Export.objects.count() == 1


def test_the_command_names_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, receipt = a_treated_patient()
    lost_for_good(receipt)

    call_command("export_person", str(tmp_path / "export.zip"), email=EMAIL)

    assert (tmp_path / "export.zip").stat().st_mode & 0o777 == 0o600
    assert f"{receipt.number}.pdf can't be read now" in capsys.readouterr().err


def test_where_a_file_is_already_nobody_is_looked_for_and_nothing_is_on_record(tmp_path: Path) -> None:
    a_treated_patient()
    target = tmp_path / "export.zip"
    target.write_text("kept")

    with pytest.raises(CommandError, match="is there already, and nothing was done"):
        call_command("export_person", str(target), email=EMAIL)
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        call_command("export_person", str(tmp_path / "nowhere" / "export.zip"), email=EMAIL)

    assert target.read_text() == "kept"
    assert not Export.objects.exists()


def lost_for_good(receipt: Receipt) -> None:
    """Its file is gone, and today's libraries make another one."""
    lose_file_of(receipt)
    Receipt.objects.update(pdf_sha256="0" * 64)
