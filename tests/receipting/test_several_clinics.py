"""One installation, several clinics: a receipt and its letter are those of the account that was paid into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import delivery
from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import sending
from payments_service.receipting import services as receipting
from receipts import filing, storage
from receipts.models import Receipt
from tests.builders import correct, hurry, render, take_in
from tests.clinics import BOSTON, FILE, MUNICH, describe
from tests.notifications.mail_server import MailServer
from tests.receipting.paid_clinics import a_payment_into, a_receipt_of, paid_into
from tests.receipting.paid_visits import said_by
from tests.receipts import reading
from tests.receipts.builders import a_logo
from tests.receipts.racing import at_once, sequences
from tests.stripe_events import Payload, events_of_a_failing_refund, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)

OURS, THEIRS = "Clinic Example", ["Praxis am Markt", "Harbor Clinic"]
NEW_YEAR_IN_BERLIN = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
NEW_YEAR_IN_BOSTON = datetime(2027, 1, 1, 5, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_group(clinics: Path) -> None:
    """Every test here is about a group of clinics."""


def text_of(receipt: Receipt) -> str:
    """Everything that the PDF says."""
    return "\n".join(reading.pieces(filing.read(receipt)))


def issue_at(payment: Payment, now: datetime) -> Receipt:
    """The receipt that is issued at that moment."""
    hurry(Payment.objects.filter(pk=payment.pk))
    receipting.issue(payment.pk, now=now)
    return Receipt.objects.get(reference=payment.stripe_id)


def refund_of(account: str, charge: Payload, amount: int) -> Receipt:
    """The document of a refund on an account, rendered."""
    take_in(paid_into(account, events_of_a_refund(charge, amount=amount)))
    (document,) = correct()
    render(document)
    return Receipt.objects.get(pk=document.pk)


def letters_in(mail: MailServer, *receipts: Receipt) -> Iterator[EmailMessage]:
    """The letters of these receipts as the mail server got them, in that order."""
    for receipt in receipts:
        delivery.deliver(Message.objects.get(about=receipt.number).pk)
    yield from mail.mails


@pytest.mark.parametrize(
    ("account", "number", "own_words"),
    [
        ("", "R-", [OURS, "Long Street 1", "00-001 Warsaw", "PL5250000000", "Receipt"]),
        (
            MUNICH,
            "MU-R-",
            ["Praxis am Markt", "80331 München", "DE 000 000 001", "§ 4 Nr. 14 UStG", "+49 89 0000 0000"],
        ),
        (BOSTON, "BO-R-", ["Harbor Clinic", "1 Harbor Street", "Boston, MA 02110", "PL5250000000", "Receipt"]),
    ],
)
def test_a_receipt_names_the_clinic_that_was_paid_and_no_other(account: str, number: str, own_words: list[str]) -> None:
    receipt, _ = a_receipt_of(account, livemode=True)

    text = text_of(receipt)
    others = {OURS, *THEIRS} - {own_words[0]}
    assert receipt.number.startswith(number)
    assert receipt.number in text
    assert [words for words in own_words if words not in text] == []
    assert [name for name in others if name in text] == []


def test_a_receipt_has_its_clinics_logo_colour_language_and_clock() -> None:
    munich, _ = a_receipt_of(MUNICH)
    boston, _ = a_receipt_of(BOSTON)

    first, second = said_by(munich), said_by(boston)
    assert first.clinic.logo == hashlib.sha256(a_logo("brown")).hexdigest()
    assert storage.read_logo(first.clinic.logo) == a_logo("brown")
    assert (first.clinic.colour, first.locale, first.timezone) == ("#7c2d12", "de", "Europe/Berlin")
    assert (second.clinic.colour, second.locale, second.timezone) == ("#0f766e", "en-US", "America/New_York")
    assert second.clinic.logo == ""
    assert "Zahlungsbeleg" in text_of(munich)
    assert [len(reading.open_pdf(filing.read(each)).pages[0].images) for each in (munich, boston)] == [1, 0]


def test_the_patients_own_language_comes_before_the_clinics() -> None:
    payment, _ = a_payment_into(MUNICH)
    evidence = payment.evidence
    for said in evidence.values():
        said["locale"] = "pl" if said["source"] == "session" else ""
    Payment.objects.update(evidence=evidence)

    receipt = issue_at(payment, datetime(2026, 11, 22, 12, tzinfo=UTC))

    assert said_by(receipt).locale == "pl"


def test_each_clinic_counts_for_itself_and_so_does_test_mode() -> None:
    numbers = [
        a_receipt_of(account, livemode=livemode)[0].number
        for account in ("", MUNICH, BOSTON, MUNICH)
        for livemode in (True, False)
    ]

    year = datetime.now(UTC).year
    assert numbers == [
        f"R-{year}-000001",
        f"TEST-R-{year}-000001",
        f"MU-R-{year}-000001",
        f"TEST-MU-R-{year}-000001",
        f"BO-R-{year}-000001",
        f"TEST-BO-R-{year}-000001",
        f"MU-R-{year}-000002",
        f"TEST-MU-R-{year}-000002",
    ]


@pytest.mark.parametrize(
    ("account", "now", "series"),
    [
        (MUNICH, NEW_YEAR_IN_BERLIN, "MU-R-2027"),
        (BOSTON, NEW_YEAR_IN_BERLIN, "BO-R-2026"),
        (BOSTON, NEW_YEAR_IN_BOSTON, "BO-R-2027"),
    ],
)
def test_the_year_of_a_number_turns_by_that_clinics_clock(account: str, now: datetime, series: str) -> None:
    payment, _ = a_payment_into(account, livemode=True, created=int(now.timestamp()))

    receipt = issue_at(payment, now)
    render(receipt)

    assert receipt.series == series
    day = {"MU-R-2027": "1. Januar 2027", "BO-R-2026": "December 31, 2026", "BO-R-2027": "January 1, 2027"}[series]
    assert text_of(Receipt.objects.get(pk=receipt.pk)).count(day) == 2


def test_each_letter_comes_from_its_clinic_in_its_language_and_is_answered_there(
    settings: Settings, mail: MailServer
) -> None:
    settings.CLINIC_REPLY_TO = "desk@clinic.example"
    munich, _ = a_receipt_of(MUNICH, email="ada@patient.example")
    ours, _ = a_receipt_of("", email="ada@patient.example")

    theirs, own = letters_in(mail, munich, ours)

    assert (theirs["From"], theirs["Reply-To"]) == (
        "Praxis am Markt <rechnung@praxis.example>",
        "empfang@praxis.example",
    )
    assert theirs["Message-ID"].endswith("@praxis.example>")
    assert theirs["Content-Language"] == "de"
    assert theirs["Subject"] == f"Ihr Zahlungsbeleg {munich.number} von Praxis am Markt"
    assert [part.get_filename() for part in theirs.iter_attachments()] == [f"{munich.number}.pdf"]
    assert OURS not in str(theirs.get_body(("plain",)))
    assert (own["From"], own["Reply-To"]) == ("Clinic <receipts@clinic.example>", "desk@clinic.example")
    assert own["Message-ID"].endswith("@clinic.example>")
    assert own["Subject"] == f"Your receipt {ours.number} from {OURS}"


def test_without_a_sender_of_its_own_a_clinic_writes_from_the_groups_address_in_its_own_name(
    settings: Settings, mail: MailServer, clinics: Path
) -> None:
    describe(settings, clinics, f'[{BOSTON}]\nname = "Harbor Clinic"\nreply_to = "desk@harbor.example"\n')
    receipt, _ = a_receipt_of(BOSTON, email="ada@patient.example")

    (letter,) = letters_in(mail, receipt)

    assert (letter["From"], letter["Reply-To"]) == ("Clinic <receipts@clinic.example>", "desk@harbor.example")
    assert "Harbor Clinic" in letter["Subject"]


def test_a_refund_is_its_clinics_too_in_paper_number_and_letter(mail: MailServer) -> None:
    receipt, charge = a_receipt_of(MUNICH, livemode=True, email="ada@patient.example")
    _, charged = a_receipt_of(BOSTON, livemode=True, email="ada@patient.example")

    document = refund_of(MUNICH, charge | {"livemode": True}, 5_000)
    other = refund_of(BOSTON, charged, 5_000)

    (letter, another) = letters_in(mail, document, other)
    assert [document.number[:6], other.number[:6]] == ["MU-RF-", "BO-RF-"]
    assert [words for words in ("Praxis am Markt", receipt.number, "50,00") if words not in text_of(document)] == []
    assert "Harbor Clinic" in text_of(other)
    assert letter["From"] == "Praxis am Markt <rechnung@praxis.example>"
    assert letter["Subject"].startswith(f"Ihre Erstattung {document.number}")
    assert another["From"] == "Clinic <receipts@clinic.example>"


def test_what_takes_a_refund_back_counts_in_its_clinics_series() -> None:
    receipt, charge = a_receipt_of(MUNICH, livemode=True)
    document = refund_of(MUNICH, charge, 5_000)
    failing = {"id": document.reference, "amount": 5_000, "charge": charge["id"]}
    refund = {**events_of_a_refund(charge, amount=5_000)[0]["data"]["object"], **failing}

    take_in(paid_into(MUNICH, events_of_a_failing_refund(refund, livemode=True)))
    (reversal,) = correct()

    assert reversal.number[:6] == "MU-RR-"
    assert said_by(reversal).correction.receipt == receipt.number


def test_a_clinic_with_a_new_series_name_and_address_keeps_its_old_papers_and_corrects_them_as_it_is_today(
    settings: Settings, clinics: Path
) -> None:
    receipt, charge = a_receipt_of(MUNICH, livemode=True)
    before = filing.read(receipt)
    describe(settings, clinics, FILE.replace('"MU"', '"MX"').replace("Praxis am Markt", "Praxis am Tor"))

    document = refund_of(MUNICH, charge, 5_000)
    later, _ = a_receipt_of(MUNICH, livemode=True)

    receipt = Receipt.objects.get(pk=receipt.pk)
    assert (receipt.number[:5], filing.render(receipt)) == ("MU-R-", before)
    assert (document.number[:6], document.sequence) == ("MX-RF-", 1)
    assert said_by(document).clinic.name == "Praxis am Tor"
    assert said_by(document).correction.receipt == receipt.number
    assert (later.number[:5], later.sequence) == ("MX-R-", 1)


def test_a_receipt_of_a_clinic_that_has_left_can_still_be_sent_and_is_answered_where_it_says(
    settings: Settings, mail: MailServer, clinics: Path
) -> None:
    receipt, _ = a_receipt_of(MUNICH, email=None)
    describe(settings, clinics, f'[{BOSTON}]\nname = "Harbor Clinic"\n')

    sending.send_again(receipt.number, to="ada@patient.example", occasion="asked:1")

    (letter,) = letters_in(mail, receipt)
    assert (letter["From"], letter["Reply-To"]) == ("Clinic <receipts@clinic.example>", "empfang@praxis.example")
    assert "Praxis am Markt" in letter["Subject"]


def test_numbers_are_contiguous_in_each_clinic_when_many_are_issued_at_once() -> None:
    payments = [a_payment_into(account, livemode=True)[0] for account in ("", MUNICH, BOSTON) for _ in range(6)]
    hurry(Payment.objects.all())

    at_once(18, lambda index: receipting.issue(payments[index].pk, now=NEW_YEAR_IN_BOSTON))

    assert {series: sequences(series) for series in ("R-2027", "MU-R-2027", "BO-R-2027")} == {
        series: [1, 2, 3, 4, 5, 6] for series in ("R-2027", "MU-R-2027", "BO-R-2027")
    }
    assert all(receipt.number.startswith(receipt.series) for receipt in Receipt.objects.all())
