"""Whatever an object of Stripe's API says, its facts are the API's word, or it is none of Stripe's objects."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payments_service.payments.stripe_api import OTHER_SHAPE
from payments_service.receipting import evidence
from servicekit.failures import TryLater
from tests import spoiling
from tests.spoiling import parsed
from tests.stripe_events import a_charge, a_checkout_session, a_payment_intent

SAID_AT = 1_790_000_000
OBJECTS = st.sampled_from([a_charge(), a_payment_intent(), a_checkout_session()]).flatmap(spoiling.documents)
TEXTS = ("email", "name", "description", "currency", "checkout", "locale", "method_brand", "method_last4")


@given(obj=OBJECTS)
def test_what_any_object_says_is_the_apis_word_in_lines_that_can_be_stored(obj: Any) -> None:
    try:
        facts = evidence.read(obj, said_at=SAID_AT)
    except OTHER_SHAPE:
        return

    assert all((each.origin, each.created) == ("api", SAID_AT) for each in facts)
    assert all(
        "\x00" not in getattr(each, name) and "\n" not in getattr(each, name) for each in facts for name in TEXTS
    )


@given(objects=st.lists(st.sampled_from([a_charge(), a_payment_intent(), a_checkout_session()]), max_size=3))
def test_an_answer_is_complete_with_a_charge_and_waited_for_without(objects: list[Any]) -> None:
    answer = evidence.Answer(tuple(each for obj in objects for each in evidence.read(obj, said_at=SAID_AT)))

    found, why_not = parsed(evidence.complete, answer, refusal=TryLater)

    assert (found == answer) == any(obj["object"] == "charge" for obj in objects)
    assert found or why_not == "charge_not_there_yet"
