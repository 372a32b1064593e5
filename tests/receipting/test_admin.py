"""The front desk's lists: what didn't arrive, what is stuck, and every record to read."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from notifications.models import Kind, Message
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import handing_over, reasons
from payments_service.receipting.models import HandedOver
from receipts.models import Receipt
from tests import builders
from tests.receipting import desk
from tests.receipting.desk import a_bounced_receipt
from tests.receipting.paid_visits import a_paid_visit, refund
from tests.stripe_events import by_type, events_of_a_dispute, events_of_a_payment, events_of_a_refund
from tests.visits.booking import browser

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/receipting/undeliveredreceipt/"


@pytest.fixture
def front_desk() -> Client:
    """A browser with somebody of the staff signed in, over https."""
    User.objects.create_superuser("desk", password="visibly-fake")
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.login(username="desk", password="visibly-fake")
    return browser


def page_of(receipt: Receipt) -> str:
    """The address of a document's page."""
    return f"{LIST}{receipt.pk}/change/"


def somebody(*permissions: str) -> Client:
    """A browser with a member of staff signed in who may do only this."""
    user = User.objects.create_user("somebody", password="visibly-fake", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(user)
    return browser


def send_to(staff: Client, receipt: Receipt, address: str, **about: str) -> Any:
    """The answer to a document's page, filled in with this address that was confirmed."""
    return browser.save(staff, page_of(receipt), send="yes", **confirmed(address), **about)


def confirmed(address: str) -> dict[str, str]:
    """The fields of an address about which the question was answered."""
    return {"email": address, "confirmed": address}


# --- What didn't arrive


def test_the_list_says_what_came_back_of_whom_and_why(front_desk: Client) -> None:
    receipt = a_bounced_receipt(code="invalid")

    listed = front_desk.get(LIST).content.decode()

    assert all(text in listed for text in (receipt.number, "€120.00", "Ada Nowak", desk.PATIENT))
    assert reasons.BOUNCED["invalid"] in listed


def test_it_is_searched_by_number_never_by_who_it_is_and_filtered_by_what_happened(front_desk: Client) -> None:
    bounced, silent = a_bounced_receipt(), builders.a_receipt(email=None)

    found = {
        query: [number for number in (bounced.number, silent.number) if number in page]
        for query in (f"q={bounced.number}", f"q={desk.PATIENT}", "q=Nowak", "why=no_address", "why=failed", "why=x")
        for page in [front_desk.get(f"{LIST}?{query}").content.decode()]
    }

    assert list(found.values()) == [
        [bounced.number],
        [],
        [],
        [silent.number],
        [],
        [bounced.number, silent.number],
    ]


def test_a_receipt_without_an_address_is_listed_and_sent_once_the_address_is_given(front_desk: Client) -> None:
    receipt = builders.a_receipt(email=None)

    listed = front_desk.get(LIST).content.decode()
    sent = send_to(front_desk, receipt, "found@patient.example")

    assert receipt.number in listed
    assert reasons.NO_ADDRESS in listed
    assert sent.status_code == 302
    assert [message.to for message in Message.objects.filter(about=receipt.number)] == ["found@patient.example"]
    assert receipt.number not in front_desk.get(LIST).content.decode()
    assert Payment.objects.get().email == "found@patient.example"


def test_the_first_address_too_is_used_only_once_when_its_box_is_empty(front_desk: Client) -> None:
    receipt = builders.a_receipt(email=None)

    send_to(front_desk, receipt, "sister@family.example", keep="")

    assert [message.to for message in Message.objects.filter(about=receipt.number)] == ["sister@family.example"]
    assert Payment.objects.get().email == ""


def test_an_address_from_the_desk_sends_every_document_that_had_none(front_desk: Client) -> None:
    _, charge = a_paid_visit(email=None)
    document = refund(charge, 5_000)
    receipt = Receipt.objects.get(kind="receipt")
    builders.render(receipt)
    builders.render(document)

    send_to(front_desk, document, "found@patient.example")

    assert {message.about for message in Message.objects.all()} == {receipt.number, document.number}


def test_another_address_is_kept_when_it_is_asked_for_and_the_button_counts_once(front_desk: Client) -> None:
    receipt = a_bounced_receipt()
    filled = browser.fields(front_desk, page_of(receipt)) | {
        **confirmed("right@patient.example"),
        "keep": "on",
        "send": "x",
    }

    answers = [front_desk.post(page_of(receipt), filled).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert [message.to for message in Message.objects.filter(about=receipt.number).order_by("pk")] == [
        desk.PATIENT, "right@patient.example",
    ]  # fmt: skip
    assert Payment.objects.get().email == "right@patient.example"


@pytest.mark.parametrize("silent", [True, False])
def test_an_address_that_is_not_on_record_is_asked_about_before_anything_is_sent(
    front_desk: Client, silent: bool
) -> None:
    receipt = builders.a_receipt(email=None) if silent else a_bounced_receipt()
    before = Message.objects.count()

    asked = browser.save(front_desk, page_of(receipt), send="yes", email="wrong@patient.example").content.decode()
    elsewhere = browser.save(
        front_desk, page_of(receipt), send="yes", email="eve@patient.example", confirmed="wrong@patient.example"
    )

    assert "will go to <strong>wrong@patient.example</strong>" in asked
    assert f"not to {desk.PATIENT}" in asked or silent
    assert "will go to <strong>eve@patient.example</strong>" in elsewhere.content.decode()
    assert Message.objects.count() == before


def test_what_is_asked_about_goes_out_once_the_question_is_answered(front_desk: Client) -> None:
    receipt = a_bounced_receipt()

    asked = browser.save(front_desk, page_of(receipt), send="yes", email="right@patient.example").content.decode()
    front_desk.post(page_of(receipt), browser.Fields(asked).values)

    assert Message.objects.filter(about=receipt.number).latest("pk").to == "right@patient.example"


def test_the_address_on_record_is_not_asked_about(front_desk: Client) -> None:
    receipt = a_bounced_receipt()

    sent = browser.save(front_desk, page_of(receipt), send="yes", email=desk.PATIENT)

    assert sent.status_code == 302
    assert Message.objects.filter(about=receipt.number, to=desk.PATIENT).count() == 2


def test_an_old_page_that_was_used_for_another_address_says_so_and_sends_when_it_is_pressed_again(
    front_desk: Client,
) -> None:
    receipt = a_bounced_receipt()
    filled = browser.fields(front_desk, page_of(receipt)) | {"send": "x"}
    front_desk.post(page_of(receipt), filled | confirmed("first@patient.example"))
    desk.reported(receipt, Kind.BOUNCED, code="invalid")

    refused = front_desk.post(page_of(receipt), filled | confirmed("second@patient.example"))
    again = front_desk.post(page_of(receipt), browser.Fields(refused.content.decode()).values | {"send": "x"})

    assert (refused.status_code, again.status_code) == (200, 302)
    assert "went to another address already" in refused.content.decode()
    assert [message.to for message in Message.objects.filter(about=receipt.number).order_by("pk")][1:] == [
        "first@patient.example",
        "second@patient.example",
    ]


@pytest.mark.parametrize("address", ["", "nobody", "a@b, c@d.example", "jürgen@patient.example"])
def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(front_desk: Client, address: str) -> None:
    receipt = builders.a_receipt(email=None)

    refused = browser.save(front_desk, page_of(receipt), send="yes", email=address)

    assert refused.status_code == 200
    assert "errorlist" in refused.content.decode()
    assert not Message.objects.exists()


def test_the_page_has_a_link_that_opens_the_pdf_without_a_login(front_desk: Client) -> None:
    receipt = a_bounced_receipt()

    page = front_desk.get(page_of(receipt)).content.decode()
    [link] = re.findall(r'value="(https://[^"]+)"', page)
    opened = Client(headers={"X-Forwarded-Proto": "https"}).get(urlsplit(link).path)

    assert opened.status_code == 200
    assert hashlib.sha256(b"".join(opened)).hexdigest() == receipt.pdf_sha256


def test_done_closes_it_with_a_note_that_is_kept(front_desk: Client) -> None:
    receipt = a_bounced_receipt()

    done = browser.save(front_desk, page_of(receipt), done="yes", way="printed", note="to his <daughter>")

    assert done.status_code == 302
    assert receipt.number not in front_desk.get(LIST).content.decode()
    kept = front_desk.get("/admin/receipting/handedover/").content.decode()
    assert all(text in kept for text in (receipt.number, "printed and handed over", "to his &lt;daughter&gt;", "desk"))
    assert Message.objects.count() == 1


def test_how_it_was_done_has_to_be_said(front_desk: Client) -> None:
    receipt = a_bounced_receipt()

    refused = browser.save(front_desk, page_of(receipt), done="yes", way="", note="somehow")

    assert refused.status_code == 200
    assert "This field is required" in refused.content.decode()
    assert not HandedOver.objects.exists()


def test_a_page_that_somebody_else_has_seen_to_leads_back_to_the_list(front_desk: Client) -> None:
    receipt = a_bounced_receipt()
    filled = browser.fields(front_desk, page_of(receipt)) | {"way": "post", "done": "x"}
    handing_over.hand_over(receipt.number, way="printed", note="", by="grace")

    late = front_desk.post(page_of(receipt), filled, follow=True)

    assert late.redirect_chain == [(LIST, 302)]
    assert "Nobody has to see to this document any more." in late.content.decode()
    assert HandedOver.objects.count() == 1


def test_what_was_handed_over_is_read_and_never_changed(front_desk: Client) -> None:
    receipt = a_bounced_receipt()
    kept = handing_over.hand_over(receipt.number, way="printed", note="", by="grace")
    page = f"/admin/receipting/handedover/{kept.pk}/"

    assert front_desk.get(f"{page}change/").status_code == 200
    assert front_desk.post(f"{page}change/", {"note": "other"}).status_code == 403
    assert front_desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_who_may_only_look_sees_what_happened_and_can_neither_act_nor_take_the_link() -> None:
    receipt = a_bounced_receipt()
    looker = somebody("view_undeliveredreceipt")

    page = looker.get(page_of(receipt)).content.decode()
    sent = looker.post(page_of(receipt), {"send": "x", "email": "eve@example.com"})
    done = looker.post(page_of(receipt), {"done": "x", "way": "post"})

    assert looker.get(LIST).status_code == 200
    assert reasons.BOUNCED["invalid"] in page
    assert "https://payments.clinic.example" not in page
    assert "<form method" not in page.partition('id="content"')[2]
    assert (sent.status_code, done.status_code) == (403, 403)
    assert Message.objects.count() == 1


def test_who_may_act_needs_nothing_else() -> None:
    receipt = a_bounced_receipt()
    deputy = somebody("view_undeliveredreceipt", "change_undeliveredreceipt")

    send_to(deputy, receipt, "right@patient.example")

    assert Message.objects.filter(to="right@patient.example").exists()
    assert deputy.get("/admin/receipts/receipt/").status_code == 403
    assert deputy.get("/admin/receipting/handedover/").status_code == 403


def test_nobody_else_sees_any_of_it() -> None:
    receipt = a_bounced_receipt()
    stranger = somebody("view_receipt", "change_payment")

    assert stranger.get(LIST).status_code == 403
    assert stranger.get(page_of(receipt)).status_code == 403


# --- Records


@pytest.mark.parametrize(
    "page",
    [
        "payments/payment",
        "payments/checkout",
        "payments/refund",
        "payments/dispute",
        "webhooks/stripeevent",
        "notifications/message",
        "receipting/undeliveredreceipt",
        "receipting/handedover",
    ],
)
def test_every_record_can_be_read_and_searched_but_not_added(front_desk: Client, page: str) -> None:
    builders.a_receipt()

    found = front_desk.get(f"/admin/{page}/", {"q": "pi_"})
    added = front_desk.get(f"/admin/{page}/add/")

    assert found.status_code == 200
    assert added.status_code == 403


def test_refunds_and_disputes_have_a_list_each_with_their_documents(front_desk: Client) -> None:
    payment, charge = a_paid_visit(amount=12_000)
    document = refund(charge, 5_000)
    lost = events_of_a_dispute(charge, outcome="lost", amount=7_000, id="dp_lost")
    builders.take_in(lost)

    refunds = front_desk.get("/admin/payments/refund/", {"q": payment.receipt_number}).content.decode()
    disputes = front_desk.get("/admin/payments/dispute/").content.decode()
    one = front_desk.get(f"/admin/payments/refund/{Movement.objects.get(kind='refund').pk}/change/")

    assert all(text in refunds for text in (document.number, "€50.00", payment.receipt_number))
    assert "dp_lost" not in refunds
    assert all(text in disputes for text in ("dp_lost", "€70.00", "lost"))
    assert document.reference not in disputes
    assert one.status_code == 200


def test_what_has_no_document_and_needs_a_person_stands_in_a_list_until_it_is_found(front_desk: Client) -> None:
    events = events_of_a_payment()
    told = events_of_a_refund(by_type(events, "charge.succeeded")["data"]["object"], amount=5_000)
    builders.take_in(told[:1])
    builders.correct()

    waiting = front_desk.get("/admin/receipting/stuckmovement/").content.decode()
    builders.take_in(events)
    afterwards = front_desk.get("/admin/receipting/stuckmovement/").content.decode()

    assert told[0]["data"]["object"]["id"] in waiting
    assert "its payment&#x27;s own event hasn&#x27;t come" in waiting
    assert told[0]["data"]["object"]["id"] not in afterwards
