"""`verify`, as an operator runs it over the database and as an auditor runs it over files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from receipts import filing, issuing, keys, sealing, seals
from receipts.models import Receipt, Series
from tests.receipts.builders import ISSUED_AT, KEY, a_pdf, a_snapshot, sealed
from tests.receipts.tampering import issue_one, issued, number, rows, with_data

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
GENUINE = ": the sealed data is genuine; compare it with what you see"
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:9/none"


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest_django.Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))


def filed(count: int) -> list[Receipt]:
    """Receipts with their PDFs on record."""
    receipts = issued(count)
    for receipt in receipts:
        claimed = filing.claim(receipt.pk)
        assert claimed is not None
        filing.record(claimed, filing.file_pdf(claimed), now=ISSUED_AT)
        receipt.refresh_from_db()
    return receipts


def verify(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    try:
        call_command("verify", *arguments)
    except SystemExit as ended:
        return int(str(ended.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


def outside(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Another process, with nothing of ours but what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", program, *arguments]
    return subprocess.run(command, env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=False)


def saved(folder: Path, *receipts: Receipt) -> list[str]:
    """The receipts' PDFs as files, as patients have them."""
    for receipt in receipts:
        (folder / f"{receipt.number}.pdf").write_bytes(filing.read(receipt))
    return [str(folder / f"{receipt.number}.pdf") for receipt in receipts]


def test_all_is_well_and_the_newest_hash_is_there_to_be_noted(capsys: pytest.CaptureFixture[str]) -> None:
    newest = filed(3)[-1]

    code, out = verify(capsys)

    assert code == 0
    assert out.splitlines() == [f"Newest: {newest.number}:{newest.hash}", "3 documents checked, nothing wrong."]


def test_nothing_issued_is_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(capsys) == (0, "0 documents checked, nothing wrong.\n")


def test_each_thing_that_is_wrong_is_a_line_with_where_what_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    issued(6)
    rows(2).update(amount=1)
    rows(4).delete()
    rows(5).update(issued_at=ISSUED_AT.replace(year=2025))

    code, out = verify(capsys)

    lines = out.splitlines()
    assert code == 1
    assert lines[-1] == "5 documents checked, 3 things wrong."
    assert sorted(line.split(".")[0] for line in lines if "Newest" not in line)[1:] == [
        f"{number(2)}: changed",
        f"{number(4)}: missing",
        f"{number(5)}: back-dated",
    ]
    assert all("backup" in line for line in lines if line.startswith("R-2026"))


@pytest.mark.parametrize(
    ("damage", "kind", "says"),
    [
        (lambda receipt: default_storage.delete(receipt.pdf_key), "file-missing", "not in the storage"),
        (lambda receipt: overwrite(receipt, b"%PDF-1.7"), "file-changed", "not the one on record"),
        (lambda receipt: replace_on_record(receipt, a_pdf()), "file-changed", "have different seals"),
    ],
)
def test_the_stored_pdfs_are_looked_at_too(
    damage: Any, kind: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(filed(2)[1])

    code, out = verify(capsys)

    assert code == 1
    assert out.startswith(f"{number(2)}: {kind}.")
    assert says in out
    assert verify(capsys, "--rows-only")[0] == 0


def test_a_row_that_lost_its_seal_is_found_by_its_pdf(capsys: pytest.CaptureFixture[str]) -> None:
    last = filed(2)[1]
    old = {**last.snapshot, "template_version": "v1"}
    rows(2).update(snapshot=old, hash="", previous_hash="", signature="", key_id="")

    _, out = verify(capsys)

    assert f"{number(2)}: file-changed." in out


def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    issued(2)
    rows(2).update(amount=1)

    code, out = verify(capsys, "--json")

    said = json.loads(out)
    [finding] = said["findings"]
    assert (code, said["ok"], said["documents"]) == (1, False, 2)
    assert (finding["kind"], finding["where"], finding["wrong"]) == ("changed", number(2), True)
    assert set(said["heads"]) == {number(2)}


def test_one_series_of_several(capsys: pytest.CaptureFixture[str]) -> None:
    issued(2)
    issuing.issue(a_snapshot(kind="refund", reference="re_1"), at=ISSUED_AT)
    rows(1).update(amount=1)

    assert verify(capsys, "--series", "RF-2026")[0] == 0
    assert verify(capsys, "--series", "R-2026")[0] == 1


def test_a_series_that_does_not_exist_names_those_that_do() -> None:
    issued(1)

    with pytest.raises(CommandError, match=r"no series R-2025; there are R-2026\."):
        call_command("verify", "--series", "R-2025")


def test_a_head_that_was_noted_is_missed_when_it_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    noted = issued(3)[2]
    head = f"{noted.number}:{noted.hash}"
    before = verify(capsys, "--head", head)
    rows(3).delete()
    Series.objects.update(last=2)

    assert before[0] == 0
    assert verify(capsys)[0] == 0
    code, out = verify(capsys, "--head", head)
    assert code == 1
    assert f"{number(3)}: head. It was noted, and is not there." in out


@pytest.mark.parametrize("head", ["R-2026-000001", "R-2026-000001:abc", f":{'0' * 64}", f"R-2026-000001:{'z' * 64}"])
def test_a_head_that_is_none_is_refused(head: str) -> None:
    with pytest.raises(CommandError, match="expected NUMBER:HASH"):
        call_command("verify", "--head", head)


def test_a_database_that_is_away_is_a_sentence() -> None:
    ended = outside("payments_service", "verify", DATABASE_URL=NOWHERE, **a_laptop())

    assert ended.returncode == 1
    assert "the database can't be reached; name PDF files" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_files_are_checked_without_the_database(tmp_path: Path) -> None:
    files = saved(tmp_path, *filed(3))
    public = keys.current().public.text

    ended = outside("payments_service", "verify", *files, "--key", public, DATABASE_URL=NOWHERE, **a_laptop())

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[0] == f"{files[0]}: {number(1)}, issued 2026-11-22 10:00:01 UTC, €123.00."
    assert ended.stdout.splitlines()[-1] == f"3 documents checked, nothing wrong{GENUINE}."


def test_an_auditor_needs_no_settings_at_all(tmp_path: Path) -> None:
    saved(tmp_path, *filed(3))
    public = keys.current().public.text

    right = outside("receipts", str(tmp_path), "--key", public)
    wrong = outside("receipts", str(tmp_path), "--key", KEY.public.text)

    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.endswith(f"3 documents checked, nothing wrong{GENUINE}.\n")
    assert wrong.returncode == 1
    assert wrong.stdout.count("unknown-key") == 3


@pytest.mark.parametrize("arguments", [[], ["--key", "x"], ["file.pdf"], ["file.pdf", "--key", "too-short"]])
def test_an_auditor_who_forgot_something_is_told_what(arguments: list[str]) -> None:
    ended = outside("receipts", *arguments)

    assert ended.returncode == 2
    assert "--key" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_files_of_a_chain_with_one_left_out_and_one_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, third, fourth = filed(4)
    files = saved(tmp_path, first, third, fourth)
    forged = sealing.to_bytes(seals.of(fourth) or sealed(a_snapshot())).replace(b'"amount":12300', b'"amount":99300')
    Path(files[2]).write_bytes(with_data(Path(files[2]).read_bytes(), forged))

    code, out = verify(capsys, *files)

    assert code == 1
    assert f"{files[2]}: changed. Its data was changed after it was sealed" in out
    assert f"{number(2)}: missing. 1 document is not there." in out
    assert f"{files[0]}: {number(1)}, issued" in out


def test_a_selection_of_files_misses_none_between(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, third = filed(3)

    assert verify(capsys, *saved(tmp_path, first, third), "--selection")[0] == 0


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = verify(capsys, str(tmp_path / "nothing.pdf"))

    assert code == 1
    assert "nothing.pdf: unreadable. It can't be opened: No such file or directory." in out


def test_the_text_of_a_code_on_paper(capsys: pytest.CaptureFixture[str]) -> None:
    receipt = issue_one(1)
    sealed_receipt = seals.of(receipt)
    assert sealed_receipt is not None
    code = sealing.code_of(sealed_receipt)

    right = verify(capsys, "--qr", code)
    wrong = verify(capsys, "--qr", code.replace("12300", "99900"))

    assert right == (
        0,
        f"QR code: {number(1)}, issued 2026-11-22T10:00:01Z, €123.00.\n1 document checked, nothing wrong{GENUINE}.\n",
    )
    assert wrong[0] == 1
    assert "QR code: forged-signature." in wrong[1]


def test_a_key_that_is_none_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="--key expects keys of 32 bytes"):
        call_command("verify", "x.pdf", "--key", "nonsense")


def a_laptop() -> dict[str, str]:
    return {"DEBUG": "1", "STRIPE_WEBHOOK_SECRETS": "whsec_test_fake"}


def overwrite(receipt: Receipt, content: bytes) -> None:
    with default_storage.open(receipt.pdf_key, "wb") as file:
        file.write(content)


def replace_on_record(receipt: Receipt, content: bytes) -> None:
    """Somebody changes the file and what is on record of it."""
    overwrite(receipt, content)
    Receipt.objects.filter(pk=receipt.pk).update(pdf_sha256=hashlib.sha256(content).hexdigest())
