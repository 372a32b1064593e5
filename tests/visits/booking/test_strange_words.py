"""Whatever stands in a cursor, a link or the search box is understood, refused or finds nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import spoiling
from tests.spoiling import often, parsed, soon, texts
from tests.visits.builders import a_patient, a_visit
from visits_service.booking import paging
from visits_service.desk import searching
from visits_service.reminders import links

instants = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001
as_posted = texts.map(lambda text: text.encode(errors="replace").decode())


@given(place=st.tuples(instants, st.integers(1, 2**63 - 1)))
def test_a_cursor_leads_back_to_its_place(place: tuple[datetime, int]) -> None:
    assert paging.place(paging.cursor(place)) == place


@given(text=as_posted | instants.map(str) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
@example(text="MjAyNi0xMS0yNSA5")
@example(text="9" * 5_000)
def test_any_other_text_is_no_cursor(text: str) -> None:
    place, why = parsed(paging.place, text)

    assert place is None or paging.place(paging.cursor(place)) == place
    assert why in ("", "expected the value of `next` from the page before")


@given(token=as_posted | st.lists(as_posted, min_size=2, max_size=3).map(":".join))
def test_any_text_in_place_of_a_link_opens_nothing(token: str) -> None:
    with soon():
        assert links.reference_of(token, kind="visit") is None


@given(data=st.data())
def test_a_link_that_was_changed_opens_nothing(data: st.DataObject) -> None:
    token = links.token_of("v-1", kind="visit")
    changed = data.draw(spoiling.mangled(token.encode())).decode(errors="replace")

    assert changed == token or links.reference_of(changed, kind="visit") is None


@pytest.mark.django_db
@often(0.3)
@given(text=as_posted)
@example(text="Zof\0ia")
@example(text="9" * 5_000)
def test_any_text_finds_somebody_or_nobody(text: str) -> None:
    a_visit("visit-1", patient=a_patient(name="Zofia Nowak"))

    with soon():
        found = searching.find(text)

    assert len(found.visits) <= 1
    assert searching.find("Zof\0ia").visits
