"""A hostile name where staff look for it, try how letters look, export and erase: it stays a name there too."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from structlog.testing import capture_logs

from payments_service.payments.models import Checkout, Payment
from tests import archives, hostile_names
from tests.builders import finish, issue, payment_of, take_in
from tests.hostile_names import NAMES, REFUSED, Read, kinds_of_tags, posted
from tests.privacy.treated import a_checkout, events_for

pytestmark = pytest.mark.django_db
HANDFULS = hostile_names.handfuls()
EVERY_NAME = pytest.mark.parametrize("names", HANDFULS.values(), ids=HANDFULS)
SEARCH = "/admin/payments/payment/search/"
PREVIEWS = [f"/admin/receipts/receipt/{each}" for each in ("previews/", "previews/letter.html")]
ERASE, EXPORT = "/admin/privacy/erasure/add/", "/admin/privacy/export/add/"
PLAIN = "Ada Nowak"
LONGEST = 200
BOXES = {SEARCH: "sought", ERASE: "email", EXPORT: "email"}.items()
USUAL = ("nobody@patient.example", "", "n" * 500)
TYPED = [*NAMES.values(), *(text for kind, text in REFUSED.items() if kind != "half a character")]
"""What a browser can post."""


def a_treated(name: str, number: int = 0) -> Payment:
    """The payment of a patient of that name, who paid themselves; its receipt is issued."""
    checkout = a_checkout(f"visit-{Checkout.objects.count()}", name=name, email=f"p{number}@patient.example")
    events = events_for(checkout, name=name)
    take_in(events)
    issue(payment_of(events))
    return payment_of(events)


@EVERY_NAME
def test_the_search_finds_it_shows_it_and_runs_nothing(names: tuple[str, ...], admin_client: Client) -> None:
    for _ in range(2):  # the only one would be opened at once
        a_treated(PLAIN)
    usual = kinds_of_tags(posted(admin_client, SEARCH, sought=PLAIN))
    # What has an @ is looked for among addresses, and one letter alone nowhere.
    sought = ["Zofia", *(name for name in names if "@" not in name)]
    for line in hostile_names.behind_each_other(sought, longest=LONGEST):
        twins = [a_treated(line) for _ in range(2)]

        with capture_logs() as logs:
            answer = posted(admin_client, SEARCH, sought=line)

        assert kinds_of_tags(answer) <= usual
        assert all(f">{each.stripe_id}<" in answer.content.decode() for each in twins)
        assert Read(answer.content.decode()).text.count(line) == 2
        assert line not in repr(logs)


@pytest.mark.parametrize(("path", "box"), BOXES)
def test_a_box_takes_whatever_is_typed_for_words(path: str, box: str, admin_client: Client) -> None:
    usual = set.union(*(kinds_of_tags(posted(admin_client, path, **{box: text})) for text in USUAL))

    answers = [posted(admin_client, path, **{box: text}) for text in TYPED]

    assert set.union(*map(kinds_of_tags, answers)) <= usual
    assert not any("onmouseover" in repr(kinds_of_tags(answer)) for answer in answers)


@EVERY_NAME
@pytest.mark.parametrize("path", PREVIEWS)
@pytest.mark.parametrize("chosen", ["kind", "language", "clinic"])
def test_a_preview_of_what_there_is_none_of_is_the_usual_one(
    names: tuple[str, ...], path: str, chosen: str, admin_client: Client
) -> None:
    https = {"X-Forwarded-Proto": "https"}
    usual = Read(admin_client.get(path, headers=https).content.decode())

    shown = [admin_client.get(f"{path}?{urlencode({chosen: name})}", headers=https) for name in names]

    assert {answer.status_code for answer in shown} == {200}
    assert [Read(answer.content.decode()).shape for answer in shown] == [usual.shape] * len(names)


@EVERY_NAME
def test_an_export_holds_it_as_it_is_and_grows_no_tag_and_no_file(names: tuple[str, ...]) -> None:
    usual = exported_of(PLAIN, 0)
    for number, line in enumerate(hostile_names.behind_each_other(names, longest=LONGEST), start=1):
        given = exported_of(line, number)

        [document] = given.data["documents"]
        assert given.files == ("index.html", "data.json", f"documents/{document['number']}.pdf")
        assert given.data["checkouts"][0]["patient_name"] == document["snapshot"]["patient_name"] == line
        assert Read(given.page).shape == Read(usual.page).shape
        assert line in Read(given.page).text


def exported_of(name: str, number: int) -> archives.Given:
    """What somebody of that name is given, after their receipt was sent."""
    finish(a_treated(name, number))
    return archives.exported(email=f"p{number}@patient.example")
