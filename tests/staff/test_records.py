"""Whatever staff see and do is on record before they get it: who, when, which rows, from where, and no name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from staff import fingerprints, retention
from staff.models import AccessRecord
from tests.builders import a_receipt
from tests.receipting.desk import PATIENT, a_bounced_receipt
from tests.staff.desk import ADDRESS, PASSWORD, a_browser, a_login, sign_in, signed_in

pytestmark = pytest.mark.django_db

RECEIPTS = "/admin/receipts/receipt/"


@pytest.fixture
def grace() -> User:
    """At the front desk."""
    return a_login("grace")


def newest() -> AccessRecord:
    record = AccessRecord.objects.first()
    assert record is not None
    return record


def test_a_page_is_on_record_with_its_row_and_whoever_saw_it_from_where(grace: User) -> None:
    receipt = a_receipt()
    before = timezone.now()

    page = signed_in(grace).get(f"{RECEIPTS}{receipt.pk}/change/")

    seen = newest()
    assert (seen.kind, seen.model, seen.object_ids) == ("page", "receipts.receipt", f",{receipt.pk},")
    assert (seen.staff_id, seen.staff, seen.address) == (grace.pk, "grace", ADDRESS)
    assert before <= seen.at <= timezone.now()
    assert seen.correlation == page["X-Request-ID"]


def test_a_list_is_on_record_with_every_row_that_it_showed(grace: User) -> None:
    receipts = {str(a_receipt().pk), str(a_receipt().pk)}

    signed_in(grace).get(RECEIPTS)

    assert newest().kind == "list"
    assert set(newest().object_ids.strip(",").split(",")) == receipts


def test_a_search_is_known_again_and_cannot_be_read(grace: User) -> None:
    signed_in(grace).get("/admin/payments/payment/", {"q": "Ada  Lovelace"})

    assert newest().kind == "search"
    assert newest().search == fingerprints.of_search("ada lovelace")[0]
    assert "ovelace" not in str(AccessRecord.objects.values_list())


def test_a_file_is_on_record_by_its_number_also_where_there_is_none_for_them(grace: User) -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    receipt = a_receipt()
    path = f"{RECEIPTS}{receipt.number}.pdf"

    taken = signed_in(grace).get(path)
    refused = signed_in(nobody).get(path)

    assert (taken.status_code, refused.status_code) == (200, 403)
    kinds = AccessRecord.objects.filter(object_ids=f",{receipt.number},").order_by("pk")
    assert [(each.kind, each.staff, each.page) for each in kinds] == [
        ("file", "grace", "receipts_receipt_pdf"),
        ("refused", "nobody", "receipts_receipt_pdf"),
    ]


def test_an_export_is_on_record_with_its_days_and_whether_names_were_in_it() -> None:
    boss = a_login("boss", role="Administrator")

    asked = {"from": "2026-09-01", "to": "2026-09-02", "names": "yes", "note": "Lovelace"}
    signed_in(boss).get("/admin/bookkeeping/dayproof/documents.csv", asked)

    assert (newest().kind, newest().what) == ("file", "from=2026-09-01 to=2026-09-02 names=yes")


@pytest.mark.django_db(transaction=True)
def test_an_action_is_on_record_with_the_fields_it_was_given_and_not_what_stood_in_them(grace: User) -> None:
    receipt = a_bounced_receipt()
    path = f"/admin/receipting/undeliveredreceipt/{receipt.pk}/change/"

    signed_in(grace).post(path, {"email": PATIENT, "occasion": "1", "keep": "on"})

    done = AccessRecord.objects.get(kind="action")
    assert (done.model, done.object_ids) == ("receipting.undeliveredreceipt", f",{receipt.pk},")
    assert done.what == "email occasion keep"
    assert PATIENT not in str(AccessRecord.objects.values_list())


def test_an_action_on_a_list_names_its_rows_also_when_it_is_for_all_of_them() -> None:
    boss, grace = a_login("boss", role="Administrator"), a_login("grace")
    chosen = {"action": "reset_second_factor", "_selected_action": str(grace.pk)}

    signed_in(boss).post("/admin/auth/user/", chosen)
    signed_in(boss).post("/admin/auth/user/", {**chosen, "select_across": "1"})

    everybody, one = AccessRecord.objects.filter(kind="action")
    assert (one.what, one.object_ids) == ("reset_second_factor", f",{grace.pk},")
    assert everybody.what == "reset_second_factor (all that the list has)"
    assert sorted(everybody.object_ids.strip(",").split(",")) == sorted([str(boss.pk), str(grace.pk)])


def test_signing_in_and_out_and_failing_to_is_on_record_without_what_was_typed(grace: User) -> None:
    browser = a_browser()

    sign_in(browser, "grace", "wrong-password")
    sign_in(browser, "typed-into-the-wrong-field")
    sign_in(browser, "grace", PASSWORD)
    browser.post("/admin/logout/")

    told = [(each.kind, each.staff) for each in AccessRecord.objects.order_by("pk")]
    assert told == [("no_sign_in", "grace"), ("no_sign_in", ""), ("sign_in", "grace"), ("sign_out", "grace")]
    assert {each.address for each in AccessRecord.objects.all()} == {ADDRESS}


def test_a_page_that_cannot_be_recorded_is_not_shown(grace: User) -> None:
    receipt = a_receipt()
    browser = signed_in(grace)
    browser.raise_request_exception = False

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_accessrecord RENAME TO out_of_reach")
    page = browser.get(f"{RECEIPTS}{receipt.pk}/change/")

    assert page.status_code == 500
    assert receipt.number not in page.content.decode()


@pytest.mark.parametrize(
    "change",
    ["UPDATE staff_accessrecord SET staff = 'somebody else'", "DELETE FROM staff_accessrecord"],
    ids=["change", "delete"],
)
def test_the_database_itself_lets_nobody_touch_a_record(change: str) -> None:
    AccessRecord.objects.create(kind="page", staff="grace")

    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        connection.cursor().execute(change)


def test_what_is_older_than_it_is_kept_goes_a_few_at_a_time_and_nothing_of_the_last_month() -> None:
    now = timezone.now()
    for days in (500, 400, 40, 1):
        AccessRecord.objects.create(kind="page", at=now - timedelta(days=days))

    first = retention.purge(before=now - timedelta(days=365), limit=1)
    left = retention.purge(before=now - timedelta(days=365), limit=100)

    assert (first, left, AccessRecord.objects.count()) == (1, 1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        retention.purge(before=now, limit=100)


def test_administrators_read_the_records_and_find_by_login_number_and_name(grace: User) -> None:
    boss = a_login("boss", role="Administrator")
    at = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    for search in ("Ada Lovelace", "Grace Hopper"):
        AccessRecord.objects.create(at=at, kind="search", staff="grace", search=fingerprints.of_search(search)[0])
    AccessRecord.objects.create(at=at, kind="file", staff="grace", object_ids=",R-2026-000001,")

    def found(term: str) -> int:
        page: Any = signed_in(boss).get("/admin/staff/accessrecord/", {"q": term})
        return len(page.context_data["cl"].result_list)

    assert (found("grace"), found("R-2026-000001"), found("R-2026"), found("ada lovelace")) == (3, 1, 0, 0)
    assert signed_in(grace).get("/admin/staff/accessrecord/").status_code == 403


def test_who_searched_for_a_name_is_found_by_a_post_that_leaves_no_name_in_the_address() -> None:
    boss = signed_in(a_login("boss", role="Administrator"))
    for search in ("Ada Lovelace", "Grace Hopper"):
        AccessRecord.objects.create(kind="search", staff="grace", search=fingerprints.of_search(search)[0])

    led = boss.post("/admin/staff/accessrecord/", {"sought": "ADA lovelace"})
    page: Any = boss.get(led["Location"])

    assert "ada" not in led["Location"].lower()
    assert [each.staff for each in page.context_data["cl"].result_list] == ["boss", "grace"]  # and now boss has, too


def test_a_name_is_still_found_while_the_secret_key_is_being_changed(settings: Settings) -> None:
    before = fingerprints.of_search("Ada")[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "visibly-fake-" * 5

    assert before in fingerprints.of_search("Ada")
    assert before != fingerprints.of_search("Ada")[0]


def test_a_field_with_the_longest_name_that_can_be_typed_into_an_address_is_on_record(grace: User) -> None:
    asked = {"app_label": "a" * 40, "model_name": "m" * 40, "field_name": "f" * 40, "term": "1"}

    recorded = signed_in(grace).get("/admin/autocomplete/", asked)

    assert recorded.status_code == 403
    assert newest().kind == "refused"
    assert len(newest().model) == 100
