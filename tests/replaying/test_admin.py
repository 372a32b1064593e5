"""The action on the list of Stripe's events: a plan first, then the deed, and a reason for what goes twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from notifications.models import Message
from payments_service.replaying.models import Replay
from payments_service.webhooks.models import StripeEvent
from tests.builders import take_in
from tests.replaying.journeys import a_finished_payment, letters, lose_file_of
from tests.stripe_events import Payload, an_event

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/webhooks/stripeevent/"


def press(browser: Client, events: list[Payload], **form: str) -> Any:
    """Choose the action for these events; with `apply` it is the page's own form. What comes back in the end."""
    rows = StripeEvent.objects.filter(stripe_id__in=[event["id"] for event in events])
    chosen = {"action": "replay", "_selected_action": [row.pk for row in rows]}
    return browser.post(LIST, chosen | form, follow=True)


def said(response: Any) -> list[str]:
    """The messages on top of the page."""
    return [str(message) for message in response.context["messages"]]


def test_the_plan_is_shown_first_and_nothing_is_done(front_desk: Client) -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)

    page = press(front_desk, events).content.decode()

    for text in (receipt.number, "missing from storage", "render the PDF", "means nothing to us"):
        assert text in page
    assert "won&#x27;t be sent again" in page
    assert "ada.nowak@example.com" not in page
    assert "missing from storage" in press(front_desk, events).content.decode()


def test_confirmed_it_redoes_what_is_missing_and_says_so(front_desk: Client) -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)
    Message.objects.all().delete()

    first = press(front_desk, events, apply="1")
    second = press(front_desk, events, apply="1")

    assert said(first) == ["render the PDF, as its file is lost: 1.", "queue the first email: 1."]
    assert said(second) == ["Nothing was missing, and nothing was done."]
    assert (letters(), Replay.objects.count()) == (1, 0)


def test_sending_again_asks_for_a_reason_and_keeps_it_with_who_gave_it(front_desk: Client) -> None:
    events, receipt = a_finished_payment()

    without = press(front_desk, events, apply="1", send_again="on")
    with_it = press(front_desk, events, apply="1", send_again="on", reason="the insurer lost it")
    pressed_twice = press(front_desk, events, apply="1", send_again="on", reason="the insurer lost it")

    assert "Sending again needs a reason." in without.content.decode()
    assert said(with_it) == ["send it again, and keep the reason: 1."]
    assert said(pressed_twice) == ["Nothing was missing, and nothing was done."]
    kept = Replay.objects.get()
    assert (kept.by, kept.door, kept.document) == ("desk", "admin", receipt.number)
    assert (kept.reason, letters()) == ("the insurer lost it", 2)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"reason": "the insurer lost it"}, "A reason is for sending again"),
        ({"send_again": "on", "reason": "x" * 501}, "at most 500 characters"),
        ({"send_again": "on", "reason": "two\u2028lines"}, "Expected one line of text."),
    ],
)
def test_a_form_that_makes_no_sense_comes_back_with_a_sentence(
    front_desk: Client, form: dict[str, str], error: str
) -> None:
    events, _ = a_finished_payment()

    page = press(front_desk, events, apply="1", **form)

    assert error in page.content.decode()
    assert letters() == 1


def test_too_many_at_once_are_left_to_the_command(front_desk: Client) -> None:
    events = [an_event("customer.created", {"object": "customer", "id": f"cus_{number}"}) for number in range(51)]
    take_in(events)

    response = press(front_desk, events)

    assert said(response) == ["At most 50 events at once; `python -m payments_service replay` takes more."]


def test_who_may_only_look_is_not_offered_the_action_and_cannot_press_it(django_user_model: Any) -> None:
    events, receipt = a_finished_payment()
    lose_file_of(receipt)
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_stripeevent"))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.force_login(reader)

    listed = browser.get(LIST).content.decode()
    press(browser, events, apply="1")
    refused = browser.get("/admin/replaying/replay/")
    reader.user_permissions.add(Permission.objects.get(codename="add_replay"))
    done = press(browser, events, apply="1")

    assert "Replay: show what is missing" not in listed
    assert refused.status_code == 403
    assert said(done) == ["render the PDF, as its file is lost: 1."]


def test_the_record_is_read_and_searched_but_never_changed(front_desk: Client) -> None:
    events, receipt = a_finished_payment()
    press(front_desk, events, apply="1", send_again="on", reason="the insurer lost it")
    kept = Replay.objects.get()

    listed = front_desk.get("/admin/replaying/replay/", {"q": receipt.number}).content.decode()
    one = front_desk.get(f"/admin/replaying/replay/{kept.pk}/change/").content.decode()
    added = front_desk.get("/admin/replaying/replay/add/")
    changed = front_desk.post(f"/admin/replaying/replay/{kept.pk}/change/", {"reason": "another"})
    deleted = front_desk.post(f"/admin/replaying/replay/{kept.pk}/delete/", {"post": "yes"})

    assert all(text in listed for text in ("the insurer lost it", "desk", receipt.number))
    assert "the insurer lost it" in one
    assert (added.status_code, changed.status_code, deleted.status_code) == (403, 403, 403)
    assert Replay.objects.get().reason == "the insurer lost it"
