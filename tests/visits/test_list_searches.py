"""What is typed above a list of the admin stands in the address, so no list looks through anything that is personal."""

from __future__ import annotations

from django.contrib import admin

from tests import list_searches


def test_no_list_searches_what_may_name_a_person() -> None:
    assert list_searches.personal(admin.site) == []


def test_every_list_with_a_box_of_ours_says_what_goes_into_it() -> None:
    assert list_searches.unexplained(admin.site) == []
