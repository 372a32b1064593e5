"""Documents that were removed with their counter: the payments, refunds and disputes that name them give it away."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from payments_service.payments.models import Movement
from receipts import mentions
from receipts.models import Receipt, Series
from tests.bookkeeping.a_day import a_documented_refund
from tests.builders import a_payment, a_receipt

pytestmark = pytest.mark.django_db


def removed(receipt: Receipt) -> str:
    """The newest document of a series taken out, and its counter turned back."""
    Receipt.objects.filter(pk=receipt.pk).delete()
    Series.objects.filter(name=receipt.series).update(last=receipt.sequence - 1)
    return receipt.number


def test_nobody_names_a_document_that_is_not_there() -> None:
    a_receipt()
    a_payment()

    assert list(mentions.unmet()) == []


def test_the_newest_receipt_is_missed_by_its_payment(capsys: pytest.CaptureFixture[str]) -> None:
    receipt = a_receipt()
    removed(receipt)

    with pytest.raises(SystemExit) as ended:
        call_command("verify")

    assert ended.value.code == 1
    assert f"{receipt.number}: missing. {receipt.reference} names it, and it isn't there." in capsys.readouterr().out


def test_only_the_series_that_was_asked_for() -> None:
    receipt = a_receipt()
    removed(receipt)

    assert [finding.where for finding in mentions.unmet(receipt.series)] == [receipt.number]
    assert list(mentions.unmet("R-1999")) == []


@pytest.mark.parametrize("column", ["document_number", "correction_number"])
def test_the_document_of_a_refund_is_missed_by_the_refund(column: str) -> None:
    document = a_documented_refund(amount=100)
    Movement.objects.filter(document_number=document.number).update(**{"document_number": "", column: document.number})

    number = removed(document)

    assert [finding.where for finding in mentions.unmet()] == [number]
