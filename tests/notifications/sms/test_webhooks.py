"""Requests that claim to be Twilio's: who signed them, and what they say."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from notifications.sms import twilio_webhooks as webhooks
from notifications.sms.intents import Intent, intent_of
from notifications.sms.twilio_webhooks import Refused, State
from tests.notifications.sms.builders import MESSAGE_SID, PATIENT, SENDER, TOKEN

URL = "https://visits.clinic.example/webhooks/sms/status/?reference=17"
FORM = {
    "MessageSid": [MESSAGE_SID],
    "From": [PATIENT],
    "To": [SENDER],
    "Body": ["Zażółć + gęślą & jaźń"],
    "Empty": [""],
}


def signed(form: dict[str, list[str]] = FORM, *, url: str = URL, token: str = TOKEN) -> str:
    """The header that Twilio would send."""
    flat = {name: values[0] for name, values in form.items()}
    return str(RequestValidator(token).compute_signature(url, flat))


def refusal(**changes: object) -> str:
    """Why a request is refused."""
    values = {"url": URL, "form": FORM, "signature": signed(), "auth_tokens": [TOKEN]} | changes
    with pytest.raises(Refused) as refused:
        webhooks.verify(values.pop("url"), values.pop("form"), **values)  # type: ignore[arg-type]
    return refused.value.code


def test_the_signature_of_twilios_documentation_is_accepted() -> None:
    # https://www.twilio.com/docs/usage/webhooks/webhooks-security, with the token that it gives
    form = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }

    webhooks.verify(
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        form,
        signature="RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        auth_tokens=["12345"],
    )


@pytest.mark.parametrize("tokens", [[TOKEN], ["visibly-fake-old-token", TOKEN], ["", TOKEN]])
def test_any_token_of_a_rotation_will_do(tokens: list[str]) -> None:
    webhooks.verify(URL, FORM, signature=signed(), auth_tokens=tokens)


def test_a_form_as_django_reads_it_keeps_its_signature() -> None:
    posted = QueryDict("MessageSid=SM1&Body=two+words%20%C5%BC&Twice=b&Twice=a&Empty=")
    signature = RequestValidator(TOKEN).compute_signature(URL, posted)

    webhooks.verify(URL, dict(posted.lists()), signature=signature, auth_tokens=[TOKEN])


def test_what_is_not_twilios_is_refused_with_a_reason() -> None:
    assert refusal(signature="") == "signature_missing"
    assert refusal(signature="AAAA") == "signature_wrong"
    assert refusal(signature="ż" * 28) == "signature_wrong"
    assert refusal(signature=signed(token="visibly-fake-other-token")) == "signature_wrong"
    assert refusal(url=URL.replace("17", "18")) == "signature_wrong"
    assert refusal(url=URL.replace("https", "http")) == "signature_wrong"
    assert refusal(form=FORM | {"Body": ["1"]}) == "signature_wrong"
    assert refusal(form=FORM | {"More": ["1"]}) == "signature_wrong"


@pytest.mark.parametrize("tokens", [[], [""]])
def test_without_a_token_of_ours_nothing_is_accepted(tokens: list[str]) -> None:
    assert refusal(signature=signed(token=""), auth_tokens=tokens) == "token_missing"


def test_an_incoming_message_is_read_and_not_shown() -> None:
    message = webhooks.inbound(FORM | {"Body": [" 1. "]})

    assert (message.provider_id, message.from_number, message.to_number) == (MESSAGE_SID, PATIENT, SENDER)
    assert (message.text, message.intent) == (" 1. ", Intent.CONFIRM)
    assert PATIENT not in repr(message)


def test_twilios_own_verdict_on_a_word_counts_before_ours() -> None:
    form = FORM | {"Body": ["ARRÊT"], "OptOutType": ["STOP"]}

    assert webhooks.inbound(form).intent is Intent.STOP


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_an_incoming_message_without_id_or_sender_is_refused(missing: str) -> None:
    with pytest.raises(Refused, match="incomplete"):
        webhooks.inbound({name: values for name, values in FORM.items() if name != missing})


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("accepted", State.UNDER_WAY),
        ("queued", State.UNDER_WAY),
        ("sending", State.UNDER_WAY),
        ("sent", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.DELIVERED),
        ("undelivered", State.UNDELIVERED),
        ("failed", State.FAILED),
        ("canceled", State.FAILED),
        ("teleported", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_a_status_names_the_message_twice_and_a_state_of_ours(word: str, state: State) -> None:
    update = webhooks.status(URL, {"MessageSid": [MESSAGE_SID], "MessageStatus": [word]})

    assert update == webhooks.StatusUpdate(MESSAGE_SID, "17", state)


@pytest.mark.parametrize(
    ("code", "number", "reason"),
    [
        ("21610", 21610, "opted_out"),
        ("30006", 30006, "recipient_refused"),
        ("30003", 30003, "unreachable"),
        ("30004", 30004, "blocked"),
        ("30007", 30007, "filtered"),
        ("30036", 30036, "too_late"),
        ("30034", 30034, "provider_refuses_us"),
        ("30001", 30001, "provider_busy"),
        ("30008", 30008, "other"),
        ("none", 0, ""),
        ("²", 0, ""),
        ("9" * 5000, 0, ""),
    ],
)
def test_a_failed_status_says_why(code: str, number: int, reason: str) -> None:
    update = webhooks.status(
        "https://x.example/", {"MessageSid": ["SM1"], "MessageStatus": ["failed"], "ErrorCode": [code]}
    )

    assert (update.error_code, update.reason, update.reference) == (number, reason, "")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STOP", Intent.STOP),
        (" stop\n", Intent.STOP),
        ("Stop.", Intent.STOP),
        ("“stop”"[1:-1] + "!", Intent.STOP),
        ("StopAll", Intent.STOP),
        ("UNSUBSCRIBE", Intent.STOP),
        ("cancel", Intent.STOP),
        ("END", Intent.STOP),
        ("quit", Intent.STOP),
        ("revoke", Intent.STOP),
        ("OptOut", Intent.STOP),
        ("START", Intent.START),
        ("yes", Intent.START),
        ("unstop", Intent.START),
        ("HELP", Intent.HELP),
        ("info", Intent.HELP),
        ("1", Intent.CONFIRM),
        (" 1. ", Intent.CONFIRM),
        ("1️⃣", Intent.CONFIRM),
        ("１", Intent.CONFIRM),
        ("١", Intent.CONFIRM),
        ("2", Intent.CALL_ME),
        ("٢", Intent.CALL_ME),
        ("", Intent.OTHER),
        ("12", Intent.OTHER),
        ("1 2", Intent.OTHER),
        ("STOP PLEASE", Intent.OTHER),
        ("Please cancel my visit", Intent.OTHER),
        ("nonstop", Intent.OTHER),
        ("tak", Intent.OTHER),
    ],
)
def test_one_word_is_an_intent_and_a_sentence_is_for_people(text: str, intent: Intent) -> None:
    assert intent_of(text) is intent


@given(st.text())
def test_any_text_has_an_intent(text: str) -> None:
    assert intent_of(text) in Intent
