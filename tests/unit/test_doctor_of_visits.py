"""What the doctor thinks of text messages, time zones and languages: pure, so every illness is cheap to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from notifications.doctor.judging import sms
from notifications.doctor.judging.sms import Sender, Trouble
from servicekit.doctor.findings import Finding, Verdict
from servicekit.doctor.judging import broker
from visits_service.operating.doctor import judging

OK, WARNING, WRONG = Verdict.OK, Verdict.WARNING, Verdict.WRONG
TWILIO = sms.Provider("twilio", status="active", sender=Sender.USABLE)
SETTINGS = judging.Settings(False, False, "https://clinic.example", 1, "PL", texts=True)


def verdicts(found: Sequence[Finding]) -> list[Verdict]:
    return [each.verdict for each in found]


def said(found: Sequence[Finding]) -> str:
    return " ".join(f"{each.said} {each.do}" for each in found)


@pytest.mark.parametrize(
    ("changes", "expected", "word"),
    [
        ({}, [OK], "active"),
        ({"status": "suspended"}, [WRONG], "suspended"),
        ({"trial": True}, [WARNING], "trial"),
        ({"sender": Sender.NOT_OURS}, [WRONG], "TWILIO_FROM"),
        ({"sender": Sender.NO_SMS}, [WRONG], "can't send SMS"),
        ({"sender": Sender.NAME}, [WARNING], "nobody can answer"),
        ({"trouble": Trouble.LOGIN}, [WRONG], "TWILIO_AUTH_TOKEN"),
        ({"trouble": Trouble.AWAY}, [WRONG], "doesn't answer"),
        ({"trouble": Trouble.UNCLEAR}, [WRONG], "TWILIO_API_BASE"),
        ({"trouble": Trouble.SETTINGS, "missing": "TWILIO_FROM is empty"}, [WRONG], "TWILIO_FROM is empty"),
        ({"status": ""}, [OK], "first text"),
        ({"real": False}, [WARNING], "SMS_BACKEND"),
    ],
)
def test_what_keeps_texts_from_leaving_is_named(changes: dict[str, Any], expected: list[Verdict], word: str) -> None:
    found = sms.judge([replace(TWILIO, **changes)])

    assert verdicts(found) == expected
    assert word in said(found)
    assert all(each.do for each in found if each.verdict is not OK)


def test_a_service_without_texts_says_so_and_two_providers_are_both_told_of() -> None:
    assert verdicts(sms.judge([])) == [WARNING]
    assert verdicts(sms.judge([TWILIO, replace(TWILIO, trouble=Trouble.AWAY)])) == [OK, WRONG]


@pytest.mark.parametrize(
    ("changes", "expected", "word"),
    [
        ({}, [OK], "none is unsafe"),
        ({"debug": True}, [WARNING], "DEBUG=0"),
        ({"laptop_secret": True}, [WARNING], "SECRET_KEY"),
        ({"public_url": "http://clinic.example"}, [WARNING], "https://"),
        ({"api_tokens": 0}, [WARNING], "API_TOKENS"),
        ({"country": ""}, [WARNING], "CLINIC_COUNTRY"),
        ({"country": "", "texts": False}, [OK], "none is unsafe"),
    ],
)
def test_settings_that_are_unsafe_or_lacking_are_named(
    changes: dict[str, Any], expected: list[Verdict], word: str
) -> None:
    found = judging.settings(replace(SETTINGS, **changes))

    assert verdicts(found) == expected
    assert word in said(found)


def test_clocks_that_nobody_knows_are_named() -> None:
    known = judging.Zones("Europe/Warsaw", "tzdata 2026.6", database=True)

    assert verdicts(judging.zones(known)) == [OK]
    assert verdicts(judging.zones(replace(known, database=None))) == [OK]
    assert verdicts(judging.zones(replace(known, database=False))) == [WARNING]
    assert "Mars/Olympus" in said(judging.zones(replace(known, unknown=("Mars/Olympus",))))


def test_languages_that_are_not_whole_or_not_there_are_named() -> None:
    whole = judging.Languages({"en": 0, "pl": 0}, clinic="pl")

    assert verdicts(judging.languages(whole)) == [OK]
    assert "3 sentences of pl" in said(judging.languages(judging.Languages({"en": 0, "pl": 3}, clinic="pl")))
    assert "CLINIC_LOCALE" in said(judging.languages(replace(whole, clinic="fr")))


def test_a_queue_that_nobody_listens_to_is_named() -> None:
    assert verdicts(broker.lanes(broker.Lanes({"visits.sms": 1}, "visits"))) == [OK]
    assert verdicts(broker.lanes(broker.Lanes(None, "visits"))) == [WRONG]
    found = broker.lanes(broker.Lanes({"visits.email": 2, "visits.sms": 0}, "visits"))
    assert "visits.sms" in said(found)
    assert "visits.email" not in said(found)
