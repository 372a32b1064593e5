"""PDFs in a bucket: encrypted, whole, the same to the byte; and what happens while it is away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from pytest_django import Settings

from receipts import checks, filing, moving, purging, storage
from receipts.models import Receipt
from servicekit import bucket
from tests import buckets
from tests.buckets import BucketServer
from tests.receipts.builders import ISSUED_AT
from tests.receipts.test_filing import an_issued_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _server() -> Iterator[BucketServer]:
    with buckets.running() as server:
        yield server


@pytest.fixture
def server(_server: BucketServer, settings: Settings, tmp_path: Path) -> Iterator[BucketServer]:
    """A bucket, which is where PDFs go; the folder of before is `tmp_path`."""
    settings.MEDIA_ROOT = str(tmp_path)
    buckets.lead_to(_server, settings)
    yield _server
    _server.empty()


def a_filed_receipt(reference: str = "pi_1") -> Receipt:
    issued = filing.claim(an_issued_receipt(reference).pk)
    assert issued is not None
    assert filing.record(issued, filing.file_pdf(issued), now=ISSUED_AT)
    return issued


def in_the_folder(settings: Settings, *references: str) -> list[Receipt]:
    """Receipts whose PDFs were filed before there was a bucket."""
    with_bucket = settings.STORAGES
    settings.STORAGES = with_bucket | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    filed = [a_filed_receipt(reference) for reference in references]
    settings.STORAGES = with_bucket
    return filed


def moved(*arguments: str) -> str:
    """What the command says at its end."""
    out = StringIO()
    call_command("move_pdfs", *arguments, stdout=out)
    return out.getvalue().strip()


def forget_all() -> None:
    """Purge every document and its file, years later."""
    purging.purge(before=ISSUED_AT + timedelta(days=366), limit=9, at=ISSUED_AT, why="its period is over")
    purging.purge_files(limit=9)


def test_a_pdf_lies_encrypted_in_the_bucket_under_its_key_and_comes_back_whole(server: BucketServer) -> None:
    receipt = a_filed_receipt()

    content = filing.read(receipt)

    assert server.keys == [receipt.pdf_key]
    assert hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
    assert server.storage.encryption(receipt.pdf_key) == "AES256"
    about = server.storage.client.head_object(Bucket=buckets.NAME, Key=receipt.pdf_key)
    assert about["ContentType"] == "application/pdf"


def test_a_key_of_the_clinics_own_encrypts_when_it_is_named(server: BucketServer, settings: Settings) -> None:
    buckets.lead_to(server, settings, kms_key="visibly-fake-kms-key")

    receipt = a_filed_receipt()

    about = server.storage.client.head_object(Bucket=buckets.NAME, Key=receipt.pdf_key)
    assert (about["ServerSideEncryption"], about["SSEKMSKeyId"]) == ("aws:kms", "visibly-fake-kms-key")


def test_nobody_but_us_may_read_it(server: BucketServer) -> None:
    receipt = a_filed_receipt()

    acl = server.storage.client.get_object_acl(Bucket=buckets.NAME, Key=receipt.pdf_key)

    assert [grant["Grantee"]["Type"] for grant in acl["Grants"]] == ["CanonicalUser"]


def test_filing_again_writes_nothing_and_another_content_under_the_key_is_replaced(server: BucketServer) -> None:
    receipt = a_filed_receipt()
    before = server.storage.client.head_object(Bucket=buckets.NAME, Key=receipt.pdf_key)["LastModified"]
    content = filing.read(receipt)

    storage.keep_pdf(receipt.pdf_key, content)
    again = server.storage.client.head_object(Bucket=buckets.NAME, Key=receipt.pdf_key)["LastModified"]
    default_storage.save(receipt.pdf_key, ContentFile(b"not a receipt"))
    storage.keep_pdf(receipt.pdf_key, content)

    assert again == before
    assert storage.read_pdf(receipt.pdf_key) == content
    assert server.keys == [receipt.pdf_key]


def test_a_lost_object_is_made_again_the_same_to_the_byte(server: BucketServer) -> None:
    receipt = a_filed_receipt()
    before = storage.read_pdf(receipt.pdf_key)
    server.empty()

    assert storage.read_pdf(receipt.pdf_key) is None
    assert filing.read(receipt) == before
    assert storage.read_pdf(receipt.pdf_key) == before


def test_while_the_bucket_is_away_a_pdf_can_be_read_all_the_same_but_not_filed(server: BucketServer) -> None:
    receipt = a_filed_receipt()
    before = filing.read(receipt)
    server.go_away()

    content = filing.read(receipt)
    with pytest.raises(storage.Away) as away:
        storage.keep_pdf("receipts/another.pdf", b"%PDF")
    with pytest.raises(CommandError, match="--rows-only"):
        call_command("verify", stdout=StringIO())

    server.come_back()
    assert content == before
    assert away.value.code == "storage_away"


def test_what_the_bucket_refuses_is_told_in_its_own_word(server: BucketServer) -> None:
    nowhere = bucket.Bucket(**(server.described()["OPTIONS"] | {"bucket_name": "somebody-elses"}))

    with pytest.raises(bucket.Trouble) as refused:
        nowhere.open("receipts/one.pdf")

    assert refused.value.code == "NoSuchBucket"


def test_files_move_from_the_folder_into_the_bucket_each_checked(server: BucketServer, settings: Settings) -> None:
    receipts = in_the_folder(settings, "pi_1", "pi_2", "pi_3")

    said = moved()

    assert said == "3 moved"
    assert sorted(server.keys) == sorted(receipt.pdf_key for receipt in receipts)
    assert moved() == "3 already there"
    assert all((Path(settings.MEDIA_ROOT) / receipt.pdf_key).exists() for receipt in receipts)
    assert moved("--remove") == "3 already there"
    assert not any((Path(settings.MEDIA_ROOT) / receipt.pdf_key).exists() for receipt in receipts)


def test_a_move_that_was_interrupted_goes_on(server: BucketServer, settings: Settings) -> None:
    first, *_ = in_the_folder(settings, "pi_1", "pi_2")
    [batch] = moving.documents()
    assert moving.copy(batch[0], folder=Path(settings.MEDIA_ROOT)) is moving.Outcome.MOVED
    server.go_away()

    with pytest.raises(CommandError, match="run it again"):
        moved()
    server.come_back()

    assert server.keys == [first.pdf_key]
    assert moved() == "1 already there, 1 moved"


def test_a_file_that_was_lost_or_changed_in_the_folder_is_made_again(server: BucketServer, settings: Settings) -> None:
    lost, changed = in_the_folder(settings, "pi_1", "pi_2")
    (Path(settings.MEDIA_ROOT) / lost.pdf_key).unlink()
    (Path(settings.MEDIA_ROOT) / changed.pdf_key).write_bytes(b"not a receipt")

    said = moved()

    assert said == "2 made again"
    for receipt in (lost, changed):
        assert hashlib.sha256(storage.read_pdf(receipt.pdf_key) or b"").hexdigest() == receipt.pdf_sha256


def test_one_that_cannot_be_made_again_is_named_and_fails_the_move(
    server: BucketServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    [lost] = in_the_folder(settings, "pi_1")
    (Path(settings.MEDIA_ROOT) / lost.pdf_key).unlink()
    Receipt.objects.update(pdf_sha256="0" * 64)

    with pytest.raises(SystemExit) as ended:
        moved()

    assert ended.value.code == 1
    assert f"{lost.number}: restore {lost.pdf_key} from a backup" in capsys.readouterr().err


def test_what_is_purged_during_a_move_is_not_moved(server: BucketServer, settings: Settings) -> None:
    in_the_folder(settings, "pi_1")
    [batch] = moving.documents()
    forget_all()

    [(_, outcome)] = moving.move(batch, folder=Path(settings.MEDIA_ROOT), remove=False)

    assert outcome is moving.Outcome.PURGED
    assert server.keys == []


def test_removing_takes_what_was_purged_since_the_move_from_the_folder_too(
    server: BucketServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    [receipt] = in_the_folder(settings, "pi_1")
    moved()
    said = capsys.readouterr().err
    forget_all()

    assert moved("--remove") == "no PDF is on record"

    assert "no purge looks there" in said
    assert "1 files of purged documents" in capsys.readouterr().err
    assert not (Path(settings.MEDIA_ROOT) / receipt.pdf_key).exists()


def test_without_a_bucket_nothing_can_be_moved(settings: Settings) -> None:
    with pytest.raises(CommandError, match="MEDIA_BUCKET"):
        moved()


@pytest.mark.parametrize(
    ("endpoint", "warnings"),
    [
        ("http://objects.provider.example", ["receipts.W002"]),
        ("https://objects.provider.example", []),
        ("http://127.0.0.1:9000", []),
    ],
)
def test_a_way_to_the_bucket_in_the_open_is_warned_of(
    server: BucketServer, settings: Settings, endpoint: str, warnings: list[str]
) -> None:
    buckets.lead_to(server, settings, endpoint=endpoint)

    assert [each.id for each in checks.the_way_to_the_bucket_is_encrypted(None)] == warnings
