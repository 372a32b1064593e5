"""Schemathesis asks the API of payments whatever its schema allows and forbids; each answer is as described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payments_service.config.urls import api
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests import asking
from tests.builders import a_receipt
from tests.served import served
from tests.standin import API_KEY

pytestmark = pytest.mark.django_db(transaction=True)
schema = asking.schema_of(api)


@pytest.fixture(scope="module")
def url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service with a Stripe to open checkouts at."""
    with (
        StandIn() as stripe,
        served(tmp_path_factory.mktemp("web"), STRIPE_API_KEY=API_KEY, STRIPE_API_BASE=stripe.url) as address,
    ):
        yield address


@schema.parametrize()
@asking.often()
def test_each_call_answers_as_the_schema_says(case: asking.Case, url: str) -> None:
    receipt = Receipt.objects.first() or a_receipt()

    asking.ask(case, url, number=receipt.number, payment_intent=receipt.reference)
