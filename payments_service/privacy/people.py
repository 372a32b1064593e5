"""Whose a payment is: found by the patient's address, a visit or a payment. Nothing here writes.

A payment belongs to the patient whom our checkout was opened for, else to the address that its payer gave. Who only
paid for somebody else's visit has no claim to see what that was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from notifications.models import Message
from payments_service.payments.models import Checkout, Movement, Payment
from payments_service.receipting import selectors
from privacy.service import Ambiguous, NotKnown
from receipts.models import Receipt

IDENTIFIERS = {
    "email": "the patient's address, as the clinic or Stripe has it",
    "visit": "the booking system's id of a visit",
    "payment": "Stripe's id of a payment, pi_... or ch_...",
}


@dataclass(frozen=True, slots=True)
class Person:
    """The rows of one person, found by what was `given`."""

    given: Mapping[str, str]
    checkouts: Sequence[Checkout]
    payments: Sequence[Payment]
    movements: Sequence[Movement]
    documents: Sequence[Receipt]
    letters_since: Sequence[int] = ()

    def again(self) -> Person:
        """The same person as the rows are by now."""
        return find(self.given)

    @property
    def ids(self) -> list[str]:
        """What Stripe calls the person's payments, checkouts, refunds and disputes."""
        paid = {name for each in self.payments for name in (each.stripe_id, each.charge, each.session)}
        opened = {name for each in self.checkouts for name in (each.reference, each.stripe_session_id or "")}
        return sorted((paid | opened | {each.stripe_id for each in self.movements}) - {""})

    @property
    def addresses(self) -> list[str]:
        """Every email address that is known of the person."""
        known = {self.given.get("email", ""), *(each.email for each in self.payments)}
        known |= {each.patient_email for each in self.checkouts}
        known |= {facts.get("email", "") for each in self.payments for facts in each.evidence.values()}
        return sorted(known - {""})

    @property
    def numbers(self) -> list[str]:
        """The numbers of their documents."""
        return [each.number for each in self.documents]

    @property
    def messages(self) -> QuerySet[Message]:
        """Every letter about one of their documents, or about one of what was forgotten if it went to them since."""
        ours = Q(about__in=subjects(self.numbers)) | Q(pk__in=self.letters_since)
        return Message.objects.filter(ours).order_by("pk")


def find(given: Mapping[str, str]) -> Person:
    """The person that all of these words are about. Raises NotKnown and Ambiguous."""
    checkouts, payments, since = list(checkouts_of(given)), list(payments_of(given)), letters_since(given)
    if not checkouts and not payments and not since:
        raise NotKnown(unknown(given))
    names = {each.patient_name.strip().casefold() for each in checkouts} - {""}
    if len(names) > 1:
        raise Ambiguous(f"{len(names)} people are treated under it: say which by a visit or a payment")
    movements = list(Movement.objects.filter(payment__in=payments).order_by("pk"))
    documents = [each for payment in payments for each in selectors.documents_of(payment)]
    return Person(given, checkouts, payments, movements, documents, since)


def unknown(given: Mapping[str, str]) -> str:
    """That nobody is found, and where an address stands that is another's: only a person can tell whose it is."""
    nobody = f"no patient is kept under that {' and '.join(sorted(given))}"
    elsewhere = as_anothers(given["email"]) if list(given) == ["email"] else []
    if not elsewhere:
        return nobody
    return (
        f"{nobody}; as a payer's or another recipient's it stands with {', '.join(elsewhere)}: name one if it is theirs"
    )


def as_anothers(address: str) -> list[str]:
    """Payments, at most ten, that name this address although a checkout says that the patient has another."""
    naming = Q(email__iexact=address) | Q(evidence__icontains=f'"{address}"')
    return list(Payment.objects.filter(naming).order_by("pk").values_list("stripe_id", flat=True)[:10])


def letters_since(given: Mapping[str, str]) -> list[int]:
    """Letters that went to a person's address after the payment that they are about was forgotten."""
    if not (address := given.get("email")):
        return []
    letters = dict(Message.objects.filter(to__iexact=address).exclude(about="").values_list("pk", "about"))
    about = {subject.partition(":")[0] for subject in letters.values()}
    forgotten = {each.number for each in Receipt.objects.filter(number__in=about) if is_forgotten(each)}
    return [pk for pk, subject in letters.items() if subject.partition(":")[0] in forgotten]


def is_forgotten(document: Receipt) -> bool:
    """Whether the payment that a document is about names nobody any more."""
    paid = Q(stripe_id=document.reference) | Q(movements__stripe_id=document.reference)
    return Payment.objects.filter(paid, forgotten_at__isnull=False).exists()


def subjects(numbers: Sequence[str]) -> list[str]:
    """What letters about these documents are about: a document, or a link to its page."""
    return [subject for number in numbers for subject in (number, f"{number}:link")]


def checkouts_of(given: Mapping[str, str]) -> QuerySet[Checkout]:
    """The checkouts that were opened for the person."""
    wanted = Q()
    if email := given.get("email"):
        wanted &= Q(patient_email__iexact=email)
    if visit := given.get("visit"):
        wanted &= Q(visit_id=visit)
    if payment := given.get("payment"):
        wanted &= Q(payments__stripe_id=payment) | Q(payments__charge=payment)
    return Checkout.objects.filter(wanted).distinct().order_by("pk")


def payments_of(given: Mapping[str, str]) -> QuerySet[Payment]:
    """The payments of those checkouts, and those without one that the person made."""
    mine = Q(checkout__in=checkouts_of(given))
    if not given.get("visit"):
        alone = Q(checkout=None)
        if email := given.get("email"):
            alone &= Q(email__iexact=email)
        if payment := given.get("payment"):
            alone &= Q(stripe_id=payment) | Q(charge=payment)
        mine |= alone
    return Payment.objects.filter(mine).order_by("pk")
