"""Receipts whose PDFs lie in a bucket, through real workers: to the letter, past a bucket that is away, past a kill."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting.tasks import render_receipt
from receipts.models import Receipt
from servicekit import celery
from tests import buckets, builders, processes
from tests.buckets import BucketServer
from tests.builders import hurry
from tests.locks import nobody_may_write
from tests.notifications.mail_server import MailServer
from tests.receipting import pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def _server() -> Iterator[BucketServer]:
    with buckets.running() as server:
        yield server


@pytest.fixture
def server(_server: BucketServer, settings: Settings) -> Iterator[BucketServer]:
    """A bucket that this process and the workers keep PDFs in."""
    buckets.lead_to(_server, settings)
    yield _server
    _server.empty()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    mailbox = MailServer()
    mailbox.start()
    yield mailbox
    mailbox.stop()


def an_issued_receipt() -> Receipt:
    receipt = builders.issue(builders.a_payment(email="ada@example.com"))
    assert receipt is not None
    return receipt


def test_a_receipt_goes_through_the_bucket_to_letter_and_api_and_waits_while_it_is_away(
    server: BucketServer, mail: MailServer, tmp_path: Path
) -> None:
    receipt = an_issued_receipt()
    env = {**server.env, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "WORKER_LANES": "rendering,sending"}
    server.go_away()

    with processes.lanes(tmp_path / "worker.log", **env) as worker:
        celery.nudge(render_receipt, receipt_id=receipt.pk)
        processes.eventually(lambda: Receipt.objects.filter(last_error="storage_away").exists(), why=worker.output)
        rested = Receipt.objects.get()
        server.come_back()
        hurry(Receipt.objects.all())
        celery.nudge(render_receipt, receipt_id=receipt.pk)
        processes.eventually(lambda: mail.mails, why=worker.output)

    receipt.refresh_from_db()
    [attached] = [part.get_content() for part in mail.mails[0].iter_attachments()]
    token = {"Authorization": f"Bearer {builders.TOKEN}"}
    api = Client().get(f"/api/v1/receipts/{receipt.number}.pdf", headers=token, secure=True)
    page = pages.get(pages.paths_of(receipt)["page_pdf"])
    assert (rested.pdf_key, rested.due_at is not None) == ("", True)
    assert server.keys == [receipt.pdf_key]
    assert server.storage.encryption(receipt.pdf_key) == "AES256"
    assert hashlib.sha256(attached).hexdigest() == receipt.pdf_sha256
    assert api.content == page.content == attached


def test_a_kill_between_upload_and_record_leaves_one_file_with_the_bytes_on_record(
    server: BucketServer, tmp_path: Path
) -> None:
    receipt = an_issued_receipt()
    env = {**server.env, "WORKER_LANES": "rendering"}

    with nobody_may_write(Message) as stuck, processes.worker(tmp_path / "victim.log", **env) as victim:
        celery.nudge(render_receipt, receipt_id=receipt.pk)
        processes.eventually(stuck, why=victim.output)
        victim.kill()
        orphans = server.keys
        uploaded = server.storage.open(orphans[0]).read()
    hurry(Receipt.objects.all())
    with processes.worker(tmp_path / "rescuer.log", **env) as rescuer:
        celery.nudge(render_receipt, receipt_id=receipt.pk)
        processes.eventually(Message.objects.exists, why=rescuer.output)

    receipt.refresh_from_db()
    assert orphans == server.keys == [receipt.pdf_key]
    assert hashlib.sha256(uploaded).hexdigest() == receipt.pdf_sha256
    assert Payment.objects.get().receipt_number == receipt.number
