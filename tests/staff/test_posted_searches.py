"""A search that posts, so that no name stands in an address, is on record like any other; so are pages of any shape."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import include, path

from staff import fingerprints
from staff.models import AccessRecord
from tests.staff.desk import a_login, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def found(request: HttpRequest) -> HttpResponse:
    """A page as any app may add one."""
    return TemplateResponse(request, "admin/404.html", {"on_record": [3, 5]} if "sought" in request.POST else {})


search = path("payments/search/", admin.site.admin_view(found), name="payments_payment_search")
urlpatterns = [
    path("", include("staff.urls")),
    path("admin/", ([search, *admin.site.get_urls()], "admin", "admin")),
]


@pytest.fixture
def browser() -> Client:
    """Grace of the front desk."""
    return signed_in(a_login("grace"))


def test_the_words_are_a_fingerprint_and_what_was_found_is_named(browser: Client) -> None:
    browser.post("/admin/payments/search/", {"sought": "Ada Lovelace"})

    shown, search = AccessRecord.objects.exclude(kind="sign_in")
    assert (search.kind, search.model, search.search) == (
        "search",
        "payments.payment",
        fingerprints.of_search("ada lovelace")[0],
    )
    assert (shown.kind, shown.object_ids) == ("list", ",3,5,")
    assert "ovelace" not in str(AccessRecord.objects.values_list())


def test_a_form_that_does_something_is_not_taken_for_a_search(browser: Client) -> None:
    browser.post("/admin/payments/search/", {"sought": "Ada", "cancel": "yes"})

    assert AccessRecord.objects.filter(kind="action", what="sought cancel").exists()
