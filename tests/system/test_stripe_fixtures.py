"""`scripts/fixtures/visit.json`, which `stripe fixtures` makes a paid visit of: its shape, and what it leads to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import requests

from payments_service.payments import stripe_facts
from scripts.stripe_standin import StandIn
from tests.stripe_events import by_type

FILE = Path(__file__).parents[2] / "scripts" / "fixtures" / "visit.json"
FIXTURES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
REFERENCE = re.compile(r"\$\{(\w+):(\w+)\}")


def test_each_step_is_written_as_the_cli_reads_it_and_names_only_steps_before_it() -> None:
    known: set[str] = set()
    assert set(FIXTURES) == {"_meta", "fixtures"}
    assert FIXTURES["_meta"] == {"template_version": 0}

    for step in FIXTURES["fixtures"]:
        named = {name for name, _ in REFERENCE.findall(json.dumps(step))}
        assert set(step) - {"params"} == {"name", "path", "method"}
        assert step["path"].startswith("/v1/")
        assert step["method"] in ("get", "post")
        assert named <= known, step["name"]
        known.add(step["name"])


def test_it_pays_for_a_visit_by_an_opaque_reference_with_an_address_for_the_receipt() -> None:
    with StandIn() as stripe:
        made: dict[str, dict[str, Any]] = {}
        for step in FIXTURES["fixtures"]:
            made[step["name"]] = follow(stripe, step, made)
        session = by_type(stripe.account.events, "checkout.session.completed")
        intent = by_type(stripe.account.events, "payment_intent.succeeded")["data"]["object"]

    [facts] = stripe_facts.from_event(session)
    assert (facts.amount, facts.currency, facts.email) == (9_000, "eur", "ada@example.com")
    assert intent["metadata"] == {"visit": "visit-1042"}


def follow(stripe: StandIn, step: dict[str, Any], made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One step as the CLI takes it: references replaced, parameters as a form."""
    replaced = REFERENCE.sub(lambda found: str(made[found[1]][found[2]]), json.dumps(step))
    written = json.loads(replaced)
    answer = requests.request(
        written["method"],
        f"{stripe.url}{written['path']}",
        data=dict(form(written.get("params", {}))),
        auth=("sk_test_fake", ""),
        timeout=10,
    )
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


def form(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Nested parameters as Stripe's form has them."""
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in form(each, f"{name}[{key}]" if name else key)]
    if isinstance(value, list):
        return [pair for number, each in enumerate(value) for pair in form(each, f"{name}[{number}]")]
    return [(name, str(value))]
