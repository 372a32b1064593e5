"""What the doctor thinks of what was seen: pure, so every illness is cheap to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from notifications.doctor.judging import mail
from payments_service.operating import endpoints
from payments_service.operating.doctor.judging import machine, settings, stripe
from payments_service.operating.doctor.judging.stripe import FINE, FORBIDDEN
from payments_service.operating.endpoints import Endpoint, Wanted
from servicekit.doctor.findings import Finding, Verdict
from servicekit.doctor.judging import broker, database, python

OK, WARNING, WRONG = Verdict.OK, Verdict.WARNING, Verdict.WRONG
WANTED = Wanted("https://clinic.example/webhooks/stripe/", ("charge.succeeded", "refund.created"), "2026-10-28.endive")
ENDPOINT = Endpoint("we_1", WANTED.url, True, WANTED.types, WANTED.api_version, live=False)
KEY = stripe.Key(given=True, live=False, answers={"charges": FINE, "refunds": FINE})
SETTINGS = settings.Settings(False, False, "https://clinic.example", False, 1)
WELL = broker.Pulse(3.0, {"payments.sweeps": 0}, sweeps="payments.sweeps", every=15.0, service="payments")


def verdicts(found: Sequence[Finding]) -> list[Verdict]:
    return [each.verdict for each in found]


def said(found: Sequence[Finding]) -> str:
    return " ".join(f"{each.said} {each.do}" for each in found)


def test_whatever_is_not_ok_says_what_to_do() -> None:
    silent = [
        *database.judge(database.Database(trouble="OperationalError"), debug=False),
        *broker.judge(broker.Broker(trouble="ConnectionError")),
        *stripe.key(replace(KEY, given=False)),
        *mail.sender("localhost", debug=True),
        *machine.room(1),
        *python.clock({"Stripe's": None}),
        *settings.judge(replace(SETTINGS, debug=True, laptop_secret=True, public_url="http://x", api_tokens=0)),
    ]

    assert OK not in verdicts(silent)
    assert all(each.do for each in silent)


@pytest.mark.parametrize(
    ("changes", "expected", "word"),
    [
        ({}, [OK], "none is unsafe"),
        ({"debug": True, "live_key": True}, [WRONG], "DEBUG=0"),
        ({"debug": True}, [WARNING], "DEBUG"),
        ({"public_url": "http://clinic.example"}, [WARNING], "https://"),
        ({"public_url": "http://clinic.example", "live_key": True}, [WRONG], "https://"),
        ({"laptop_secret": True}, [WARNING], "SECRET_KEY"),
        ({"api_tokens": 0}, [WARNING], "API_TOKENS"),
    ],
)
def test_unsafe_settings_are_named(changes: dict[str, Any], expected: list[Verdict], word: str) -> None:
    found = settings.judge(replace(SETTINGS, **changes))

    assert verdicts(found) == expected
    assert word in said(found)


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        (database.NO_DATABASE, "answers, and has no database"),
        (database.WRONG_PASSWORD, "answers, and refuses user and password"),
        (database.SLOW, "too slow to answer"),
        (database.AWAY, "nobody answers there"),
    ],
)
def test_a_database_that_answers_is_never_said_to_be_away(trouble: str, word: str) -> None:
    found = database.judge(database.Database(trouble=trouble), debug=False)

    assert verdicts(found) == [WRONG]
    assert word in said(found)


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        ("AuthenticationError", "answers, and refuses our password"),
        (broker.SLOW, "too slow to answer"),
        ("ConnectionError", "it doesn't answer"),
    ],
)
def test_a_redis_that_answers_is_never_said_to_be_away(trouble: str, word: str) -> None:
    found = broker.judge(broker.Broker(trouble=trouble))

    assert verdicts(found) == [WRONG]
    assert word in said(found)


@pytest.mark.parametrize(
    ("seen", "debug", "expected"),
    [
        (database.Database("PostgreSQL", "17.2"), False, [OK]),
        (database.Database("PostgreSQL", "17.2", unapplied=2), False, [WRONG]),
        (database.Database("SQLite", "3.46"), False, [OK, WARNING]),
        (database.Database("SQLite", "3.46"), True, [OK]),
    ],
)
def test_a_database_is_migrated_and_in_production_not_sqlite(
    seen: database.Database, debug: bool, expected: list[Verdict]
) -> None:
    assert verdicts(database.judge(seen, debug=debug)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (broker.Broker("8.0", append_only=True), [OK]),
        (broker.Broker("8.0", append_only=False), [WARNING]),
        (broker.Broker("8.0", append_only=True, policy="allkeys-lru", maxmemory=1), [WRONG]),
        (broker.Broker("8.0", append_only=True, policy="allkeys-lru"), [WARNING]),
    ],
)
def test_a_broker_keeps_what_it_was_given(seen: broker.Broker, expected: list[Verdict]) -> None:
    assert verdicts(broker.judge(seen)) == expected


@pytest.mark.parametrize(
    ("seen", "expected", "word"),
    [
        (WELL, OK, "3 s ago"),
        (replace(WELL, age=None), WRONG, "payments-beat"),
        (replace(WELL, age=500.0), WRONG, "payments-beat"),
        (replace(WELL, age=500.0, waiting={"payments.sweeps": 7}), WRONG, "payments-worker"),
        (replace(WELL, waiting={"payments.sweeps": 0, "payments.messages": 5000}), WARNING, "payments.messages"),
        (replace(WELL, waiting={}), WRONG, "broker"),
        (replace(WELL, age=200.0, every=60.0), OK, "200 s ago"),
    ],
)
def test_it_tells_a_missing_beat_from_a_missing_worker(seen: broker.Pulse, expected: Verdict, word: str) -> None:
    found = broker.pulse(seen)

    assert verdicts(found) == [expected]
    assert word in said(found)


@pytest.mark.parametrize(
    ("changes", "expected", "word"),
    [
        ({}, OK, "test mode"),
        ({"answers": {"charges": FINE, "refunds": FORBIDDEN}}, WRONG, "refunds"),
        ({"answers": {"charges": stripe.AWAY}}, WRONG, "status.stripe.com"),
        ({"answers": {"charges": stripe.REFUSED}}, WRONG, "401"),
        ({"last_event_live": False}, OK, "test mode"),
        ({"last_event_live": True}, WRONG, "same mode"),
        ({"elsewhere": "127.0.0.1"}, WARNING, "STRIPE_API_BASE"),
    ],
)
def test_a_key_may_read_what_is_needed_in_the_mode_of_the_events(
    changes: dict[str, Any], expected: Verdict, word: str
) -> None:
    found = stripe.key(replace(KEY, **changes))

    assert verdicts(found) == [expected]
    assert word in said(found)


@pytest.mark.parametrize(
    ("seen", "expected", "word"),
    [
        (stripe.Knows(WANTED, [ENDPOINT], last_event_hours=2), [OK, OK], "2 h ago"),
        (stripe.Knows(WANTED, [ENDPOINT]), [OK, WARNING], "Signing secret"),
        (stripe.Knows(WANTED, [replace(ENDPOINT, types=("*",))], last_event_hours=2), [OK, OK], ""),
        (stripe.Knows(WANTED, [replace(ENDPOINT, url=WANTED.url.rstrip("/"))], last_event_hours=2), [OK, OK], ""),
        (stripe.Knows(WANTED, [replace(ENDPOINT, types=("charge.succeeded",))]), [WRONG], "refund.created"),
        (stripe.Knows(WANTED, [replace(ENDPOINT, enabled=False)]), [WRONG], "setup_webhook"),
        (stripe.Knows(WANTED, [replace(ENDPOINT, api_version="2019-12-03")]), [WRONG], "2019-12-03"),
        (stripe.Knows(WANTED, [replace(ENDPOINT, api_version="")], last_event_hours=0), [OK, OK], "account's default"),
        (stripe.Knows(WANTED, [ENDPOINT, ENDPOINT]), [WARNING], "Delete all but one"),
        (stripe.Knows(WANTED, [replace(ENDPOINT, url="https://else.example/")]), [WRONG], "setup_webhook"),
        (stripe.Knows(replace(WANTED, url="http://127.0.0.1:8001/webhooks/stripe/")), [WARNING], "stripe-listen"),
        (stripe.Knows(WANTED, trouble=FORBIDDEN), [WARNING], "Dashboard"),
        (stripe.Knows(WANTED, trouble=stripe.REFUSED), [WARNING], "key first"),
    ],
)
def test_an_endpoint_posts_what_does_something_to_our_address(
    seen: stripe.Knows, expected: list[Verdict], word: str
) -> None:
    found = stripe.endpoint(seen)

    assert verdicts(found) == expected
    assert word in said(found)


@pytest.mark.parametrize(
    ("status", "word"),
    [(301, "follows none"), (403, "login"), (404, "unchanged"), (502, "log"), (200, "unchanged")],
)
def test_a_door_that_something_stands_before_is_found(status: int, word: str) -> None:
    found = stripe.door(stripe.Door(WANTED.url, status))

    assert verdicts(found) == [WRONG]
    assert word in said(found)


def test_a_door_that_refuses_what_is_not_signed_is_well_and_one_that_is_silent_is_not() -> None:
    assert verdicts(stripe.door(stripe.Door(WANTED.url, 400))) == [OK]
    assert verdicts(stripe.door(stripe.Door(WANTED.url, trouble="SSLError"))) == [WRONG]


@pytest.mark.parametrize(
    ("seen", "expected", "word"),
    [
        (mail.Provider(mail.Kind.SMTP, "mail:587"), OK, "mail:587"),
        (mail.Provider(mail.Kind.SMTP, "mail:587", mail.Trouble.LOGIN), WRONG, "password"),
        (mail.Provider(mail.Kind.SMTP, "mail:587", mail.Trouble.TLS), WRONG, "tls=True"),
        (mail.Provider(mail.Kind.PROVIDER, "x", mail.Trouble.SETTINGS, "ANYMAIL_X_KEY"), WRONG, "ANYMAIL_X_KEY"),
        (mail.Provider(mail.Kind.PROVIDER, "x"), OK, "first letter"),
        (mail.Provider(mail.Kind.NOWHERE, "console"), WARNING, "EMAIL_URL"),
    ],
)
def test_letters_can_leave(seen: mail.Provider, expected: Verdict, word: str) -> None:
    found = mail.provider(seen)

    assert verdicts(found) == [expected]
    assert word in said(found)


@pytest.mark.parametrize(
    "domain", ["localhost", "clinic.example", "example.com", "clinic.test", "mail.local", "clinic"]
)
def test_a_domain_that_is_nobodys_is_wrong_in_production(domain: str) -> None:
    assert verdicts(mail.sender(domain, debug=False)) == [WRONG]
    assert verdicts(mail.sender(domain, debug=True)) == [WARNING]


def test_a_domain_of_its_own_is_well() -> None:
    assert verdicts(mail.sender("clinic.health", debug=False)) == [OK]


@pytest.mark.parametrize(
    ("skew", "expected"), [(0.0, OK), (-29.0, OK), (30.0, OK), (31.0, WRONG), (-31.0, WRONG), (3600.0, WRONG)]
)
def test_a_clock_is_off_from_thirty_seconds_on(skew: float, expected: Verdict) -> None:
    assert verdicts(python.clock({"Stripe's": skew, "the database's": None})) == [expected]


@pytest.mark.parametrize(
    ("free", "expected"), [(None, OK), (3 * machine.GIB, OK), (machine.GIB, WARNING), (machine.GIB // 8, WRONG)]
)
def test_room_for_documents_runs_out_with_a_warning_before(free: int | None, expected: Verdict) -> None:
    assert verdicts(machine.room(free)) == [expected]


def test_djangos_checks_keep_their_weight() -> None:
    remarks = [python.Remark("fonts are missing", "install", serious=True), python.Remark("slow", "install", False)]

    assert verdicts(python.libraries(remarks, {}, use="drawn")) == [WRONG, WARNING]
    assert verdicts(python.libraries([], {"pango": "1.50"}, use="drawn")) == [OK]


def test_the_difference_of_an_endpoint_names_each_type_and_what_cannot_change() -> None:
    found = replace(ENDPOINT, enabled=False, types=("charge.succeeded", "customer.created"), api_version="")

    changes = endpoints.difference(found, WANTED)

    assert [change.about for change in changes if change.possible] == [
        "switch it on",
        "+ refund.created",
        "- customer.created",
    ]
    assert [change.possible for change in changes][-1] is False
    assert endpoints.difference(ENDPOINT, WANTED) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8001/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("https://clinic.example/x", False),
        ("https://10.0.0.1/x", False),
    ],
)
def test_a_machines_own_addresses_are_known(url: str, expected: bool) -> None:
    assert endpoints.is_loopback(url) is expected
