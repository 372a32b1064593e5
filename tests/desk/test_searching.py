"""One box finds a payment by whatever somebody has in hand; what was sought stands in no address."""

from __future__ import annotations

import pytest
from django.test import Client
from structlog.testing import capture_logs

from payments_service.desk import searching
from payments_service.payments.models import Checkout, Payment
from payments_service.receipting import sending
from payments_service.webhooks.models import StripeEvent
from tests.bookkeeping.staff import a_member_of_staff
from tests.builders import a_payment, a_receipt, render
from tests.receipting.paid_visits import a_paid_visit, a_taxed_visit, refund
from tests.stripe_events.builders import EMAIL

pytestmark = pytest.mark.django_db
SEARCH = "/admin/payments/payment/search/"


def found(sought: str) -> list[str]:
    """Stripe's ids of the payments that fit."""
    return [payment.stripe_id for payment in searching.find(sought, people=True)]


def story_of(payment: Payment) -> str:
    """The address of its page."""
    return f"/admin/payments/payment/{payment.pk}/change/"


def seek(sought: str, browser: Client | None = None) -> tuple[int, str]:
    """The answer's status, and where it leads or what it says."""
    answer = (browser or a_member_of_staff(everything=True)).post(SEARCH, {"sought": sought})
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def test_a_number_leads_straight_to_its_payment() -> None:
    receipt = a_receipt()
    a_receipt(payment_intent_id="pi_2", charge_id="ch_2")

    answer = seek(receipt.number)

    assert answer == (302, story_of(Payment.objects.get(stripe_id=receipt.reference)))


@pytest.mark.parametrize("part", ["{0}", "{0} ", "2", "000002", "{1}-2", "{1}-000002", "r-{1}-2", "test-R-{1}-000002"])
def test_a_part_of_a_number_is_enough(part: str) -> None:
    a_receipt()
    number = a_receipt(payment_intent_id="pi_2", charge_id="ch_2").number

    assert found(part.format(number, number.split("-")[2])) == ["pi_2"]


def test_the_beginning_of_a_number_finds_all_that_begin_so() -> None:
    number = a_receipt(payment_intent_id="pi_1", charge_id="ch_1").number
    a_receipt(payment_intent_id="pi_2", charge_id="ch_2")

    assert set(found(number[:-2])) == {"pi_1", "pi_2"}


def test_the_number_of_a_refund_leads_to_the_payment_that_it_is_about() -> None:
    payment, charge = a_paid_visit()
    document = refund(charge, 1_000)
    render(document)

    assert found(document.number) == [payment.stripe_id]


def test_every_id_of_stripes_leads_to_the_payment() -> None:
    payment, charge = a_paid_visit()
    refund(charge, 1_000)
    movement = payment.movements.get()
    payment.refresh_from_db()
    ids = [payment.stripe_id, payment.charge, payment.session, movement.stripe_id]
    ids += StripeEvent.objects.exclude(state="ignored").values_list("stripe_id", flat=True)

    answers = {each: found(each) for each in ids}

    assert answers == {each: [payment.stripe_id] for each in ids}
    assert len(ids) >= 7


def test_an_event_that_means_nothing_and_one_that_nobody_knows_lead_nowhere() -> None:
    a_payment()
    ignored = StripeEvent.objects.get(state="ignored")

    assert found(ignored.stripe_id) == []
    assert found("evt_unknown") == []


VISIT = ["Zofia Nowak", "nowak", "visit-1", "chk_1", "zofia@patient.example", "ZOFIA@patient.example"]


@pytest.mark.parametrize("sought", VISIT)
def test_a_visit_a_name_and_an_address_are_found(sought: str) -> None:
    payment, _ = a_taxed_visit((12_000, "23"))

    assert found(sought) == [payment.stripe_id]


def test_a_payer_is_found_by_name_without_a_checkout_of_ours() -> None:
    receipt = a_receipt(name="Grace Hopper", email="grace@example.com")

    assert found("hopper") == found("grace@example.com") == [receipt.reference]


def test_an_address_that_only_a_letter_went_to_leads_to_its_payment() -> None:
    receipt = a_receipt()
    sending.send_again(receipt.number, to="grandson@patient.example", occasion="asked", keep=False)

    assert found("Grandson@patient.example") == [receipt.reference]


NAMES = {
    "Jürgen Groß": ["Jurgen Gross", "gross jurgen", "GROSS, Jürgen", "Ju\u0308rgen  Groß"],
    "Łukasz O'Żółty": ["lukasz", "o’zolty", "OŻÓŁTY", "zolty lukasz"],
    "Klinika 24 José": ["klinika 24", "24 jose"],
}


@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, all_of in NAMES.items() for typed in all_of])
def test_a_patient_and_a_payer_are_found_however_their_names_are_typed(name: str, typed: str) -> None:
    payment, _ = a_taxed_visit((12_000, "23"))
    Checkout.objects.update(patient_name=name)
    payer = a_receipt(payment_intent_id="pi_2", charge_id="ch_2", name=name)
    a_receipt(payment_intent_id="pi_3", charge_id="ch_3", name="Ada Lovelace")

    assert set(found(typed)) == {payment.stripe_id, payer.reference}


def test_a_payer_is_found_by_an_address_although_the_receipt_went_to_the_patients() -> None:
    payment, _ = a_taxed_visit((12_000, "23"))

    assert payment.email != EMAIL
    assert found(EMAIL) == found(EMAIL.upper()) == [payment.stripe_id]
    assert found(EMAIL[1:]) == []


def test_several_that_fit_are_listed_with_links() -> None:
    first = a_payment(email="ada@example.com")
    second = a_payment(payment_intent_id="pi_2", charge_id="ch_2", email="ada@example.com")

    status, page = seek("ada@example.com")

    assert status == 200
    assert story_of(first) in page
    assert story_of(second) in page


@pytest.mark.parametrize(
    "sought", ["", " ", "x", "nobody at all", "%", "_", "R-1999-000001", "0", "ü" * 500, "\x01", "\x00"]
)
def test_what_fits_nothing_finds_nothing_and_says_so(sought: str) -> None:
    a_receipt(name="Ada Lovelace")

    assert found(sought) == []
    assert seek(sought)[0] == 200


def test_what_is_sought_stands_in_no_address_and_no_log() -> None:
    a_taxed_visit((12_000, "23"))

    with capture_logs() as logs:
        status, led_to = seek("Zofia Nowak")

    assert status == 302
    assert "Zofia" not in led_to
    assert "Zofia" not in str(logs)


def test_an_address_with_something_sought_in_it_is_not_searched() -> None:
    a_taxed_visit((12_000, "23"))

    page = a_member_of_staff(everything=True).get(SEARCH, {"sought": "Zofia Nowak"}).content.decode()

    assert "visit-1" not in page
    assert "Nothing fits" not in page


def test_names_are_for_those_only_who_may_see_checkouts() -> None:
    a_taxed_visit((12_000, "23"))
    a_payment(payment_intent_id="pi_2", charge_id="ch_2", email="zofia@patient.example")

    bookkeeper = a_member_of_staff("view_payment", "view_receipt")
    pages = [seek(sought, bookkeeper) for sought in (*VISIT[:3], *VISIT[4:])]

    assert {status for status, _ in pages} == {200}
    assert all("Nothing fits" in page for _, page in pages)


def test_who_may_not_see_checkouts_finds_by_number_and_reads_no_address() -> None:
    payment, _ = a_taxed_visit((12_000, "23"))
    bookkeeper = a_member_of_staff("view_payment")

    answer = seek(payment.stripe_id, bookkeeper)
    pages = [bookkeeper.get(story_of(payment), {"stored": stored}).content.decode() for stored in ("", "yes")]
    story = bookkeeper.get(story_of(payment)).content.decode()

    assert answer == (302, story_of(payment))
    assert payment.stripe_id in story
    assert not any("zofia@patient.example" in page for page in (*pages, story))


def test_searching_is_for_those_who_may_see_payments() -> None:
    assert seek("1", a_member_of_staff("view_receipt"))[0] == 403


@pytest.mark.parametrize("page", ["payments/payment", "payments/checkout"])
def test_a_name_in_the_address_of_a_list_finds_nothing_and_the_list_says_why(page: str) -> None:
    a_taxed_visit((12_000, "23"))

    listed = a_member_of_staff(everything=True).get(f"/admin/{page}/", {"q": "Zofia"}).content.decode()

    assert "0 results" in listed
    assert "Ids and numbers only" in listed
