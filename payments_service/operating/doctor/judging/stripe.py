"""Stripe: whether it takes our key and calls us, and whether our door answers as Stripe needs it to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payments_service.operating import endpoints
from payments_service.operating.endpoints import Endpoint
from servicekit.doctor.findings import Finding, ok, warning, wrong

REFUSED, FORBIDDEN, AWAY, FINE = "refused", "forbidden", "away", "fine"
OLDEST_VERSION = "2020-08-27"
SET_UP = "Run: python -m payments_service setup_webhook"
NO_KEY = "Set STRIPE_API_KEY, so that receipts rest on Stripe's own word and missed events are found."


@dataclass(frozen=True, slots=True)
class Key:
    """The key's mode by its look, what Stripe said when each list was asked for, and the mode of the last event.

    `elsewhere` is the host when STRIPE_API_BASE isn't Stripe's.
    """

    given: bool
    live: bool
    answers: Mapping[str, str]
    last_event_live: bool | None = None
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Knows:
    """The endpoints that Stripe lists for us; `trouble` says why it doesn't. Hours since an event was last accepted."""

    wanted: endpoints.Wanted
    listed: Sequence[Endpoint] = ()
    trouble: str = ""
    last_event_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """What our own address answers to a post without a signature; `trouble` when it doesn't answer."""

    url: str
    status: int = 0
    trouble: str = ""


def key(seen: Key) -> list[Finding]:
    """Whether Stripe takes the key, and lets it read all that the service asks for."""
    if not seen.given:
        return [warning("there is no key: receipts rest on events alone", NO_KEY)]
    if REFUSED in seen.answers.values():
        return [
            wrong(
                "Stripe refuses the key (401)", "Set STRIPE_API_KEY to a key from the Dashboard, Developers, API keys."
            )
        ]
    if AWAY in seen.answers.values():
        do = "Let this machine reach STRIPE_API_BASE, or wait: https://status.stripe.com"
        return [wrong("Stripe doesn't answer", do)]
    lacking = [name for name, answer in seen.answers.items() if answer == FORBIDDEN]
    if lacking:
        return [
            wrong(
                f"the key may not read {', '.join(lacking)}", "Give it these rights in the Dashboard, or set another."
            )
        ]
    return [*mode(seen)] or [ok(f"Stripe takes the key, of {named(seen.live)} mode, and lets it read what is needed")]


def mode(seen: Key) -> list[Finding]:
    """Whether the key fits the events that come, and asks the real Stripe."""
    found = []
    if seen.last_event_live not in (None, seen.live):
        said = f"the key is of {named(seen.live)} mode, and the last event came from {named(not seen.live)} mode"
        found.append(wrong(said, "Set key and signing secret of the same mode."))
    if seen.elsewhere:
        said = f"the key goes to {seen.elsewhere}, and isn't refused there"
        found.append(warning(said, "Leave STRIPE_API_BASE out to ask the real Stripe."))
    return found


def named(live: bool) -> str:
    """The mode as Stripe calls it."""
    return "live" if live else "test"


def endpoint(seen: Knows) -> list[Finding]:
    """Whether Stripe posts the events that do something to our address."""
    if seen.trouble == FORBIDDEN:
        do = f"Give the key the right to read webhook endpoints, or compare in the Dashboard: {seen.wanted.url}"
        return [warning("the key may not list webhook endpoints", do)]
    if seen.trouble:
        return [
            warning("nobody can tell what Stripe knows of us without a key that works", "See to Stripe's key first.")
        ]
    ours = [each for each in seen.listed if each.is_at(seen.wanted.url)]
    if not ours:
        return [unknown(seen)]
    if len(ours) > 1:
        return [
            warning(
                f"Stripe has {len(ours)} endpoints at our address", "Delete all but one: each event comes so often."
            )
        ]
    return [*registered(ours[0], seen.wanted)] or [*accepting(ours[0], seen)]


def unknown(seen: Knows) -> Finding:
    """Stripe has no endpoint at our address, which is normal on a laptop."""
    if endpoints.is_loopback(seen.wanted.url):
        do = "Forward events with make stripe-listen, or send some with stripe_lab."
        return warning("Stripe can't call this machine's own address", do)
    return wrong(f"Stripe has no endpoint at {seen.wanted.url}", SET_UP)


def registered(found: Endpoint, wanted: endpoints.Wanted) -> list[Finding]:
    """What is wrong with the endpoint as Stripe has it."""
    problems = []
    missing = found.missing(wanted.types)
    if not found.enabled:
        problems.append(wrong("Stripe has switched the endpoint off", f"{SET_UP}; the Dashboard says why."))
    if missing:
        problems.append(wrong(f"Stripe doesn't send it {', '.join(missing)}", SET_UP))
    if found.api_version and found.api_version < OLDEST_VERSION:
        do = f"Make a new endpoint: shapes before {OLDEST_VERSION} aren't understood."
        problems.append(wrong(f"its API version is {found.api_version}", do))
    return problems


def accepting(found: Endpoint, seen: Knows) -> list[Finding]:
    """Whether an event got through, which alone proves the signing secret: nobody can read that from Stripe."""
    version = found.api_version or "the account's default"
    known = ok(f"Stripe sends every event type that does something, in API version {version}")
    if seen.last_event_hours is not None:
        return [
            known,
            ok(f"an event was last accepted {seen.last_event_hours:.0f} h ago, so a signing secret is right"),
        ]
    do = "Compare STRIPE_WEBHOOK_SECRETS with Dashboard, Webhooks, this endpoint, Signing secret; then send an event."
    return [known, warning("no event was accepted yet, so nothing proves the signing secret", do)]


def door(seen: Door) -> list[Finding]:
    """Whether a post reaches our view as it is: an unsigned one gets exactly 400."""
    if seen.trouble:
        do = "Start payments-web, and see to name, proxy and certificate."
        return [wrong(f"{seen.url} doesn't answer from here ({seen.trouble})", do)]
    if seen.status == 400:
        return [ok(f"{seen.url} answers, and refuses what isn't signed")]
    return [wrong(f"{seen.url} answers {seen.status} to an unsigned post, instead of 400", why(seen.status))]


def why(status: int) -> str:
    """What stands between Stripe and the view, by what was answered."""
    if 300 <= status < 400:
        return "Let PUBLIC_URL be the address after the redirect: Stripe follows none."
    if status in (401, 403):
        return "Let the proxy pass /webhooks/stripe/ without a login, a firewall's question or an address list."
    if status >= 500:
        return "Look into payments-web's log."
    return "Let the proxy pass /webhooks/stripe/ to payments-web unchanged."
