"""A hostile name through everything that a visit brings about: it stays a name, wherever it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications import delivery, outbox
from notifications.channels import connection
from tests import admin_pages, hostile_names
from tests.hostile_names import OVERRIDES, REFUSED, Read
from tests.notifications.mail_server import MailServer
from tests.visits import pages
from tests.visits.booking.bodies import VISITS, a_body
from tests.visits.builders import a_patient, a_visit, next_noon
from tests.visits.reading import event_of, the_email, the_sms
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
HANDFULS = hostile_names.handfuls()
EVERY_NAME = pytest.mark.parametrize("names", HANDFULS.values(), ids=HANDFULS)
HEADERS = {"Authorization": "Bearer visibly-fake-token-1", "X-Forwarded-Proto": "https"}
PLAIN = "Ada Nowak"
LONGEST = 200


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server, to which the service's emails go."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    connection.drop()
    server.hang_up()
    server.stop()


def put(**changes: Any) -> Any:
    """The API's answer to a visit of a patient of that name."""
    body = a_body() | {"patient": a_body()["patient"] | changes}
    return Client(headers=HEADERS).put(f"{VISITS}/visit-1", json.dumps(body), content_type="application/json")


def a_visit_of(name: str) -> Visit:
    """A visit where everything that can be named bears this name."""
    return a_visit_where(name, name, name)


def a_visit_where(name: str, place: str, practitioner: str) -> Visit:
    """A visit that is the only one, so that nothing else shows these words."""
    Visit.objects.all().delete()
    return a_visit(patient=a_patient(name=name), place=place, practitioner=practitioner)


def unspaced(text: str) -> str:
    """The text without spaces, which a long header and an encoded word that is taken apart may have more of."""
    return "".join(text.split())


@EVERY_NAME
def test_the_api_takes_a_name_and_gives_it_back_and_no_log_has_it(names: tuple[str, ...]) -> None:
    with capture_logs() as logs:
        answers = [put(name=name) for name in names]

    assert [answer.json()["patient"]["name"] for answer in answers] == list(names)
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert not any(name in repr(logs) for name in names)


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_the_api_says_what_is_expected_of_a_name_that_is_none(name: str) -> None:
    answer = put(name=name)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["patient.name"]


def test_characters_that_turn_the_direction_of_what_follows_are_left_out_of_a_name() -> None:
    answer = put(name=f"Ada{OVERRIDES} Nowak")

    assert answer.json()["patient"]["name"] == PLAIN


@EVERY_NAME
def test_a_reminder_says_it_as_it_is_and_grows_no_header_no_tag_and_no_other_recipient(
    names: tuple[str, ...], mail: MailServer
) -> None:
    now = next_noon(days=6)
    usual = the_email(a_visit_of(PLAIN), now=now)
    for name in names:
        hostile = the_email(a_visit_of(name), now=now)

        [pk] = outbox.enqueue_all([hostile])
        delivery.deliver(pk)

        arrived = mail.mails[-1]
        [to] = arrived["To"].addresses
        assert (mail.recipients[-1], to.addr_spec) == (["ada@patient.example"], "ada@patient.example")
        assert unspaced(to.display_name) == unspaced(name)
        assert arrived["Bcc"] is None
        assert Read(hostile.html).shape == Read(usual.html).shape
        assert name in Read(hostile.html).text
        assert name in hostile.text
        assert [each.filename for each in hostile.attachments] == [each.filename for each in usual.attachments]
    assert len(mail.mails) == len(names)


@EVERY_NAME
def test_a_calendar_entry_keeps_its_shape(names: tuple[str, ...]) -> None:
    for name in names:
        event = event_of(the_email(a_visit_of(name), now=next_noon(days=6)))

        assert (event["STATUS"], event["ATTENDEE"]) == ("CONFIRMED", "mailto:ada@patient.example")
        assert name in str(event["LOCATION"])


@EVERY_NAME
def test_a_text_message_says_no_name(names: tuple[str, ...]) -> None:
    now = next_noon(days=6)
    usual = the_sms(a_visit(), now=now).text

    said = {the_sms(a_visit(patient=a_patient(name=name)), now=now).text for name in names}

    assert said == {usual}


@EVERY_NAME
def test_the_patients_pages_show_it_and_run_nothing(names: tuple[str, ...]) -> None:
    usual = [Read(pages.text_of(path)).shape for path in pages.paths_of(a_visit_of(PLAIN))]
    for name in names:
        shown = [Read(pages.text_of(path)) for path in pages.paths_of(a_visit_of(name))]

        assert [page.shape for page in shown] == usual


@EVERY_NAME
def test_the_admin_shows_it_and_runs_nothing(names: tuple[str, ...], admin_client: Client) -> None:
    lines = list(hostile_names.behind_each_other(names, longest=LONGEST))
    for place in range(0, len(lines), 3):
        name, *others = lines[place : place + 3]
        a_visit_where(name, *([*others, name, name])[:2])

        listed = admin_pages.answers(admin_client)

        assert {path for path, answer in listed.items() if answer.status_code != 200} == set()
        read = [Read(answer.content.decode()) for answer in listed.values()]
        assert all(("script", ()) not in page.shape and "onerror" not in repr(page.shape) for page in read)
        assert all(any(said in page.text for page in read) for said in (name, *others))
