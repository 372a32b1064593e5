"""Schemathesis asks the API of visits whatever its schema allows and forbids; each answer is as described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import asking
from tests.served import served
from tests.visits.builders import a_visit
from visits_service.config.urls import api
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
schema = asking.schema_of(api)


@pytest.fixture(scope="module")
def url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service."""
    with served(tmp_path_factory.mktemp("web"), service="visits") as address:
        yield address


@schema.parametrize()
@asking.often()
def test_each_call_answers_as_the_schema_says(case: asking.Case, url: str) -> None:
    visit = Visit.objects.select_related("patient").first() or a_visit()
    known = {"external_id": visit.external_id, "patient": visit.patient.external_id}

    asking.ask(case, url, row_by_row=case.path.endswith(":batch"), **known)
