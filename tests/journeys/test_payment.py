"""From a checkout to the letter in the mailbox, and back again by a refund, through the processes that are deployed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from payments_service.payments.models import Movement
from receipts.models import Receipt
from scripts import embedded
from scripts.stripe_standin import StandIn
from tests import builders, processes
from tests.notifications.mail_server import MailServer
from tests.stripe_events import by_type

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT: dict[str, Any] = {
    "visit_id": "visit-7",
    "currency": "eur",
    "lines": [
        {"description": "Konsultation", "quantity": 1, "unit_amount": 9000},
        {"description": "Impfstoff", "quantity": 2, "unit_amount": 1500, "tax_rate": "19"},
    ],
    "patient": {"name": "Jürgen Groß", "email": "juergen@patient.example", "locale": "de"},
    "service": {"date": "2026-11-20", "practitioner": "Dr. Ada Weiß", "code": "01100"},
    "success_url": "https://clinic.example/danke",
    "cancel_url": "https://clinic.example/zurueck",
}


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def test_a_paid_checkout_becomes_one_letter_with_the_receipt_that_is_on_record(
    tmp_path: Path, mail: MailServer
) -> None:
    port = embedded.free_port()
    base = f"http://127.0.0.1:{port}"
    with StandIn(webhook_url=f"{base}/webhooks/stripe/", secret=builders.SECRET) as stripe:
        env = {"STRIPE_API_KEY": "sk_test_fake", "STRIPE_API_BASE": stripe.url, "PUBLIC_URL": base}
        env["EMAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
        with processes.web(tmp_path / "web.log", port=port, **env), processes.worker(tmp_path / "worker.log", **env):
            api = requests.Session()
            api.headers["Authorization"] = f"Bearer {builders.TOKEN}"
            checkout = api.post(f"{base}/api/v1/checkouts", json=CHECKOUT, timeout=20).json()
            events = stripe.pay(checkout["stripe_session_id"], email="payer@example.com", name="Eva Groß")

            answers = stripe.deliver(events, order=[3, 0, 2, 1], times=2)
            processes.eventually(lambda: mail.mails, why="no letter came")
            pdf = api.get(f"{base}/api/v1/receipts/{Receipt.objects.get().number}.pdf", timeout=10).content
            after = api.get(f"{base}/api/v1/checkouts/{checkout['id']}", timeout=10).json()

    receipt, [letter] = Receipt.objects.get(), mail.mails
    attached = [part.get_content() for part in letter.iter_attachments()]
    assert [answer.status for answer in answers] == [200] * 8
    assert mail.recipients == [["juergen@patient.example"]]
    assert letter["Subject"] == f"Ihr Zahlungsbeleg {receipt.number} von Clinic Example"
    assert letter["Content-Language"] == "de"
    assert attached == [pdf]
    assert hashlib.sha256(pdf).hexdigest() == receipt.pdf_sha256
    assert receipt.snapshot["patient_name"] == "Jürgen Groß"
    assert receipt.snapshot["payer_name"] == "Eva Groß"
    assert receipt.snapshot["taxes"] == [{"rate": "19", "net": 2521, "amount": 479}]
    assert receipt.snapshot["method"]["last4"] == "4242"
    assert after["status"] == "complete"


def test_a_partial_refund_of_it_and_its_failure_each_become_one_letter_more(tmp_path: Path, mail: MailServer) -> None:
    port = embedded.free_port()
    base = f"http://127.0.0.1:{port}"
    with StandIn(webhook_url=f"{base}/webhooks/stripe/", secret=builders.SECRET) as stripe:
        env = {"STRIPE_API_KEY": "sk_test_fake", "STRIPE_API_BASE": stripe.url, "PUBLIC_URL": base}
        env["EMAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
        with processes.web(tmp_path / "web.log", port=port, **env), processes.worker(tmp_path / "worker.log", **env):
            api = requests.Session()
            api.headers["Authorization"] = f"Bearer {builders.TOKEN}"
            checkout = api.post(f"{base}/api/v1/checkouts", json=CHECKOUT, timeout=20).json()
            paid = stripe.pay(checkout["stripe_session_id"], email="payer@example.com", name="Eva Groß")
            charge = by_type(paid, "charge.succeeded")["data"]["object"]

            refunded = stripe.deliver(stripe.refund(charge["id"], amount=5_000), order=[3, 1, 0, 2], times=2)
            stripe.deliver(paid)
            processes.eventually(lambda: len(mail.mails) == 2, why=(tmp_path / "worker.log").read_text)
            bounced = stripe.deliver(stripe.bounce(Movement.objects.get().stripe_id), order=[2, 0, 1], times=2)
            processes.eventually(lambda: len(mail.mails) == 3, why=(tmp_path / "worker.log").read_text)
            found = api.get(f"{base}/api/v1/receipts?payment_intent={charge['payment_intent']}", timeout=10).json()
            (payment,) = api.get(f"{base}/api/v1/payments?payment_intent={charge['payment_intent']}", timeout=10).json()

    assert {answer.status for answer in [*refunded, *bounced]} == {200}
    assert [(each["kind"], each["amount"]) for each in found] == [
        ("receipt", 12_000),
        ("refund", -5_000),
        ("refund_reversal", 5_000),
    ]
    *first_two, last = [str(letter["Subject"]).split(" TEST-")[0] for letter in mail.mails]
    assert set(first_two) == {"Ihr Zahlungsbeleg", "Ihre Erstattung"}  # two children of the worker render at once
    assert last == "Ihre Erstattung ist nicht angekommen:"
    assert {to for recipients in mail.recipients for to in recipients} == {"juergen@patient.example"}
    assert (payment["refunded"], payment["balance"]) == (0, 12_000)
