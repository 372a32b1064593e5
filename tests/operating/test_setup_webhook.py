"""`setup_webhook`: Stripe's endpoint is made once, kept up to date, and its secret goes to one place."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from payments_service.webhooks.handlers import HANDLERS
from scripts.stripe_standin import StandIn
from tests import standin
from tests.stripe_events import NEWEST

URL = "https://payments.clinic.example/webhooks/stripe/"


class Screen(io.StringIO):
    """A terminal with a person in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    with standin.stripe_answers(settings) as server:
        yield server


def endpoints(stripe: StandIn) -> list[dict[str, Any]]:
    return stripe.account.newest("webhook_endpoint")


def run(*arguments: str, screen: io.StringIO | None = None) -> str:
    said = screen or io.StringIO()
    call_command("setup_webhook", *arguments, stdout=said)
    return said.getvalue()


def test_an_endpoint_is_made_with_every_type_and_its_secret_goes_to_a_file_of_its_owner(
    stripe: StandIn, tmp_path: Path
) -> None:
    file = tmp_path / "secret"

    said = run("--write-secret", str(file))

    [made] = endpoints(stripe)
    assert (made["url"], made["api_version"]) == (URL, NEWEST)
    assert sorted(made["enabled_events"]) == sorted(HANDLERS)
    assert file.read_text().startswith("whsec_")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() not in said
    assert "STRIPE_WEBHOOK_SECRETS" in said


def test_a_person_at_a_terminal_sees_the_secret_once(stripe: StandIn) -> None:
    first, second = run(screen=Screen()), run(screen=Screen())

    assert first.count("whsec_") == 1
    assert "whsec_" not in second
    assert "Nothing to do." in second
    assert len(endpoints(stripe)) == 1


def test_a_pipe_gets_no_secret_and_nothing_is_made(stripe: StandIn) -> None:
    with pytest.raises(CommandError, match="--write-secret FILE"):
        run()

    assert endpoints(stripe) == []


def test_what_differs_is_shown_and_changed_and_the_address_without_a_slash_is_the_same(stripe: StandIn) -> None:
    types = [*sorted(HANDLERS)[1:], "customer.created"]
    known = {"id": "we_ours", "object": "webhook_endpoint", "url": URL.rstrip("/"), "status": "disabled"}
    stripe.account.keep(known | {"enabled_events": types, "api_version": "2023-10-16", "livemode": False})

    looked = run("--dry-run")
    untouched = endpoints(stripe)
    done = run()

    [changed] = endpoints(stripe)
    assert untouched[0]["enabled_events"] == types
    assert "Nothing was done." in looked
    for line in ("switch it on", f"+ {sorted(HANDLERS)[0]}", "- customer.created", "2023-10-16 stays"):
        assert line in looked
        assert line in done
    assert (changed["status"], sorted(changed["enabled_events"])) == ("enabled", sorted(HANDLERS))
    assert "Nothing to do." in run()


def test_two_endpoints_at_one_address_are_for_a_person_to_sort_out(stripe: StandIn) -> None:
    for id in ("we_one", "we_two"):
        known = {"id": id, "object": "webhook_endpoint", "url": URL, "status": "enabled", "livemode": False}
        stripe.account.keep(known | {"enabled_events": ["*"], "api_version": None})

    with pytest.raises(CommandError, match="delete all but one"):
        run()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001/webhooks/stripe/", "http://localhost/hook", "payments", "http://["]
)
def test_an_address_where_stripe_cannot_come_is_refused(stripe: StandIn, url: str) -> None:
    with pytest.raises(CommandError, match=r"Stripe can't reach|expects an address"):
        run("--url", url)

    assert stripe.requests == []


def test_a_file_that_is_there_already_is_not_written_over(stripe: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("something else")

    with pytest.raises(CommandError, match="file exists"):
        run("--write-secret", str(file))

    assert (endpoints(stripe), file.read_text()) == ([], "something else")


def test_without_a_key_or_with_a_wrong_one_it_says_so_and_leaves_nothing(
    stripe: StandIn, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    stripe.key = "sk_test_of_somebody_else"

    with pytest.raises(CommandError, match="set another STRIPE_API_KEY"):
        run("--write-secret", str(file))
    settings.STRIPE_API_KEY = ""
    with pytest.raises(CommandError, match="set STRIPE_API_KEY"):
        run("--write-secret", str(file))

    assert not file.exists()
