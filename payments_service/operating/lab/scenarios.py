"""What the lab plays, and what has to come of it. Pure: secrets, instant and ids are handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from payments_service.operating.lab import shapes, signing
from payments_service.operating.lab.shapes import Object, Sale

NOBODYS = "whsec_nobody_has_this_one"


@dataclass(frozen=True, slots=True)
class Post:
    """A post to the webhook, and the status that it has to get."""

    body: bytes
    header: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A numbered document as the API shows it; amounts in minor units, below zero for what went back."""

    kind: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Act:
    """Posts, all at once or one after another, and all documents that there are of the payment afterwards."""

    posts: tuple[Post, ...]
    documents: tuple[Document, ...] = ()
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario's acts about one payment. `objects` are what Stripe is asked for, `printed` what its receipt shows."""

    payment: str
    acts: tuple[Act, ...]
    objects: tuple[Object, ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a play needs from outside: the service's signing secrets, the instant (Unix seconds), a key for ids."""

    secrets: tuple[str, ...]
    at: int
    key: str

    def sale(self, amount: int = 12_000, currency: str = "eur") -> Sale:
        """The payment that this is about."""
        return Sale(self.key, self.at, amount, currency)

    def post(self, event: Mapping[str, Any], *, secrets: Sequence[str] = (), status: int = 200) -> Post:
        """An event as a post, signed with the service's first secret unless told."""
        body = signing.body_of(event)
        return Post(body, signing.header(body, secrets=secrets or self.secrets[:1], at=self.at), status)

    def posts(self, events: Sequence[Mapping[str, Any]]) -> tuple[Post, ...]:
        """Several, in this order."""
        return tuple(self.post(event) for event in events)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A play with its name; one that needs the stand-in has the service ask Stripe for an object."""

    name: str
    about: str
    write: Callable[[Stage], Play]
    needs_standin: bool = False


def receipt(sale: Sale) -> Document:
    """The receipt of a sale."""
    return Document("receipt", sale.amount, sale.currency)


def once(stage: Stage, sale: Sale, events: Sequence[Mapping[str, Any]], *, printed: str = "") -> Play:
    """These events in one act, with one receipt at its end."""
    return Play(sale.intent, (Act(stage.posts(events), (receipt(sale),)),), printed=printed)


def paid(stage: Stage) -> Play:
    """The usual order."""
    return once(stage, stage.sale(), shapes.events(stage.sale()))


def doubled_and_shuffled(stage: Stage) -> Play:
    """Every event twice, the last one first, all at the same moment."""
    sale = stage.sale()
    posts = stage.posts([*reversed(shapes.events(sale)), *shapes.events(sale)])
    return Play(sale.intent, (Act(posts, (receipt(sale),), at_once=True),))


def paid_later(stage: Stage) -> Play:
    """A completed session that isn't paid has no receipt; its money comes afterwards."""
    sale = stage.sale()
    unpaid = shapes.an_event("checkout.session.completed", shapes.a_session(sale, paid=False), sale)
    arrived = shapes.an_event("checkout.session.async_payment_succeeded", shapes.a_session(sale), sale)
    charge, intent, _ = shapes.events(sale)
    return Play(
        sale.intent, (Act(stage.posts([unpaid])), Act(stage.posts([charge, intent, arrived]), (receipt(sale),)))
    )


def refund_before_payment(stage: Stage) -> Play:
    """A refund whose payment nobody has told of yet."""
    sale = stage.sale()
    refund = shapes.an_event("refund.created", shapes.a_refund(sale, amount=5_000), sale)
    documents = (receipt(sale), Document("refund", -5_000, sale.currency))
    return Play(sale.intent, (Act(stage.posts([refund])), Act(stage.posts(shapes.events(sale)), documents)))


def wrong_secret(stage: Stage) -> Play:
    """Whoever doesn't know the secret gets 400, and nothing comes of it."""
    sale = stage.sale()
    posts = tuple(stage.post(event, secrets=[NOBODYS], status=400) for event in shapes.events(sale))
    return Play(sale.intent, (Act(posts),))


def rolled_secret(stage: Stage) -> Play:
    """While a secret is rolled Stripe signs with both; each of ours alone has to do as well."""
    sale = stage.sale()
    both = [stage.post(event, secrets=[NOBODYS, stage.secrets[0]]) for event in shapes.events(sale)]
    last = stage.post(shapes.events(sale)[0], secrets=stage.secrets[-1:])
    return Play(sale.intent, (Act((*both, last), (receipt(sale),)),))


def thin(stage: Stage) -> Play:
    """An event that only names its payment intent, which Stripe then is asked for."""
    sale = stage.sale()
    intent, charge = shapes.an_intent(sale), shapes.a_charge(sale)
    made = datetime.fromtimestamp(sale.at, UTC).isoformat().replace("+00:00", "Z")
    event = shapes.a_thin_event("payment_intent.succeeded", intent, sale, made=made, path="/v1/payment_intents")
    return Play(sale.intent, (Act(stage.posts([event]), (receipt(sale),)),), objects=(intent, charge))


def old_api_version(stage: Stage) -> Play:
    """A payment intent in the shape of 2020."""
    sale = stage.sale()
    event = shapes.an_event("payment_intent.succeeded", shapes.an_old_intent(sale), sale, version=shapes.OLDEST)
    return once(stage, sale, [event])


def yen(stage: Stage) -> Play:
    """A currency without decimals."""
    sale = stage.sale(12_000, "jpy")
    return once(stage, sale, shapes.events(sale), printed="12,000")


def dinar(stage: Stage) -> Play:
    """A currency with three decimals."""
    sale = stage.sale(12_340, "kwd")
    return once(stage, sale, shapes.events(sale), printed="12.340")


SCENARIOS = (
    Scenario("paid", "paid on Stripe's page, events in the usual order", paid),
    Scenario("doubled", "every event twice, shuffled, at the same moment", doubled_and_shuffled),
    Scenario("later", "a delayed payment: first unpaid, then paid", paid_later),
    Scenario("refund-first", "a refund is told before its payment", refund_before_payment),
    Scenario("wrong-secret", "signed with a secret that isn't ours", wrong_secret),
    Scenario("rolled-secret", "signed while the secret is rolled", rolled_secret),
    Scenario("thin", "an event that only names its object", thin, needs_standin=True),
    Scenario("old-version", f"shapes of API version {shapes.OLDEST}", old_api_version),
    Scenario("yen", "a currency without decimals", yen),
    Scenario("dinar", "a currency with three decimals", dinar),
)
