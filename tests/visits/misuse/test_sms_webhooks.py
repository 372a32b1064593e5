"""Spoiled posts at Twilio's doors, signed as its own or changed afterwards: taken or refused, none breaks a door."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import TrackingEvent
from tests import spoiling
from tests.spoiling import often, soon
from tests.visits import twilio
from tests.visits.builders import a_visit
from visits_service.reminders.models import Answer
from visits_service.visits.models import OptOut

pytestmark = pytest.mark.django_db

DOORS = {
    twilio.INBOUND: twilio.a_text("STOP"),
    twilio.STATUS: {"MessageSid": "SM" + "2" * 32, "MessageStatus": "undelivered", "ErrorCode": "21610", "To": "+4860"},
}
values = st.sampled_from(spoiling.HOSTILE_TEXTS).map(lambda text: text.encode(errors="replace").decode()) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=50
)


def post(path: str, body: bytes, signature: str) -> Any:
    """Post these bytes with that signature."""
    headers = {"X-Twilio-Signature": signature}
    return Client().generic("POST", path, body, content_type=twilio.FORM_TYPE, headers=headers)


@st.composite
def forms(draw: st.DrawFn, form: dict[str, str]) -> dict[str, str]:
    """The form with one to three fields of another value, or without them."""
    changed = dict(form)
    for name in draw(st.lists(st.sampled_from(sorted(form)), min_size=1, max_size=3, unique=True)):
        changed[name] = draw(values)
        if draw(st.booleans()):
            del changed[name]
    return changed


@often(0.4)
@given(path=st.sampled_from(sorted(DOORS)), data=st.data())
def test_a_spoiled_form_that_is_signed_is_taken_or_refused(path: str, data: st.DataObject) -> None:
    form = data.draw(forms(DOORS[path]))
    body = urlencode(form).encode()
    arrived = dict(parse_qsl(body.decode(), keep_blank_values=True))

    with soon():
        answer = post(path, body, twilio.signature(arrived, path=path))

    assert answer.status_code in (200, 403)


@often(0.4)
@given(path=st.sampled_from(sorted(DOORS)), data=st.data())
def test_what_was_changed_after_it_was_signed_changes_nothing(path: str, data: st.DataObject) -> None:
    a_visit()
    body = urlencode(DOORS[path]).encode()
    good = twilio.signature(DOORS[path], path=path)
    changed = data.draw(
        st.tuples(spoiling.mangled(body).filter(lambda other: other != body), st.just(good))
        | st.tuples(st.just(body), st.text(st.characters(max_codepoint=255), max_size=60))
    )

    with soon():
        answer = post(path, *changed)

    assert answer.status_code == 403 or parse_qsl(changed[0].decode(), keep_blank_values=True) == parse_qsl(
        body.decode()
    )
    assert answer.status_code == 200 or not (Answer.objects.exists() or TrackingEvent.objects.exists())
    assert answer.status_code == 200 or not OptOut.objects.exists()


@pytest.mark.parametrize("path", sorted(DOORS))
@pytest.mark.parametrize("name", ["MessageSid", "From", "Body"])
@pytest.mark.parametrize("value", ["a\x00b", "x" * 10_000])
def test_a_value_that_no_column_holds_is_refused_or_cut(path: str, name: str, value: str) -> None:
    form = DOORS[path] | {name: value}

    answer = twilio.post(form, path=path)

    assert answer.status_code in (200, 403)
