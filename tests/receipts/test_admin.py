"""Staff look at receipts and open their PDFs; nobody changes one."""

from __future__ import annotations

import pytest
import pytest_django
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from receipts import filing, issuing, storage
from receipts.models import Receipt
from tests.receipts.builders import ISSUED_AT, a_snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(settings: pytest_django.Settings, tmp_path_factory: pytest.TempPathFactory) -> Receipt:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))
    settings.SECURE_SSL_REDIRECT = False
    plain_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain_files}
    receipt = issuing.issue(a_snapshot(), at=ISSUED_AT)
    claimed = filing.claim(receipt.pk)
    assert claimed is not None
    filing.record(claimed, filing.file_pdf(claimed), now=ISSUED_AT)
    receipt.refresh_from_db()
    return receipt


def pdf_of(receipt: Receipt) -> str:
    return reverse("admin:receipts_receipt_pdf", args=[receipt.number])


def test_the_list_shows_the_amount_and_opens_the_pdf(receipt: Receipt, admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:receipts_receipt_changelist"))
    pdf = admin_client.get(pdf_of(receipt))

    assert "€123.00" in page.content.decode()
    assert pdf_of(receipt) in page.content.decode()
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_staff_without_the_permission_and_strangers_get_no_pdf(receipt: Receipt, client: Client) -> None:
    as_stranger = client.get(pdf_of(receipt))
    client.force_login(User.objects.create_user("front-desk", is_staff=True))
    as_staff = client.get(pdf_of(receipt))

    assert (as_stranger.status_code, as_staff.status_code) == (302, 403)


def test_nothing_can_be_added_changed_or_deleted(receipt: Receipt, admin_client: Client) -> None:
    add = admin_client.get(reverse("admin:receipts_receipt_add"))
    change = admin_client.post(reverse("admin:receipts_receipt_change", args=[receipt.pk]), {"number": "X"})
    delete = admin_client.post(reverse("admin:receipts_receipt_delete", args=[receipt.pk]), {"post": "yes"})

    assert {add.status_code, change.status_code, delete.status_code} == {403}


def test_a_pdf_that_is_lost_is_said_to_be(receipt: Receipt, admin_client: Client) -> None:
    storage.delete_pdf(receipt.pdf_key)
    Receipt.objects.update(pdf_sha256="0" * 64)

    page = admin_client.get(pdf_of(receipt), follow=True)

    assert f"The PDF of {receipt.number} is lost" in page.content.decode()
