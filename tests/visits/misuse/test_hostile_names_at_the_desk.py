"""A hostile name where staff look for it, see what it would be sent, export and erase: it stays a name there too."""

from __future__ import annotations

import pytest
from django.test import Client
from structlog.testing import capture_logs

from notifications import outbox
from tests import archives, hostile_names
from tests.hostile_names import NAMES, REFUSED, Read, kinds_of_tags, posted
from tests.visits.builders import a_patient, a_visit, next_noon
from tests.visits.desk.staff import FIND
from tests.visits.reading import the_email
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
HANDFULS = hostile_names.handfuls()
EVERY_NAME = pytest.mark.parametrize("names", HANDFULS.values(), ids=HANDFULS)
HTTPS = {"X-Forwarded-Proto": "https"}
PREVIEW = "/admin/desk/preview/"
BOXES = {FIND: "sought", "/admin/privacy/erasure/add/": "email", "/admin/privacy/export/add/": "phone"}.items()
PLAIN = "Ada Nowak"
LONGEST = 200
USUAL = ("nobody@patient.example", "", "n" * 500)
TYPED = [*NAMES.values(), *(text for kind, text in REFUSED.items() if kind != "half a character")]
"""What a browser can post."""


def two_visits(name: str) -> Visit:
    """Two people of that name, at a place and a practitioner that are called so as well."""
    Visit.objects.all().delete()
    for number in (1, 2):
        who = a_patient(f"patient-{number}", name=name, email=f"ada{number}@patient.example")
        visit = a_visit(f"visit-{number}", patient=who, place=name, practitioner=name)
    return visit


@EVERY_NAME
def test_the_search_finds_it_shows_it_and_runs_nothing(names: tuple[str, ...], admin_client: Client) -> None:
    two_visits(PLAIN)
    usual = kinds_of_tags(posted(admin_client, FIND, sought=PLAIN))
    # What has an @ is looked for among addresses, and one letter alone nowhere.
    sought = ["Zofia", *(name for name in names if "@" not in name)]
    for line in hostile_names.behind_each_other(sought, longest=LONGEST):
        two_visits(line)

        with capture_logs() as logs:
            answer = posted(admin_client, FIND, sought=line)

        assert kinds_of_tags(answer) <= usual
        assert all(f">visit-{number}<" in answer.content.decode() for number in (1, 2))
        assert Read(answer.content.decode()).text.count(line) >= 2
        assert line not in repr(logs)


@pytest.mark.parametrize(("path", "box"), BOXES)
def test_a_box_takes_whatever_is_typed_for_words(path: str, box: str, admin_client: Client) -> None:
    usual = set.union(*(kinds_of_tags(posted(admin_client, path, **{box: text})) for text in USUAL))

    answers = [posted(admin_client, path, **{box: text}) for text in TYPED]

    assert set.union(*map(kinds_of_tags, answers)) <= usual


@EVERY_NAME
@pytest.mark.parametrize("kind", ["reminder", "changed", "cancelled"])
def test_a_preview_shows_it_in_each_language_and_runs_nothing(
    names: tuple[str, ...], kind: str, admin_client: Client
) -> None:
    usual = {tag for page in shown(admin_client, two_visits(PLAIN), kind) for tag in page.shape}
    for line in hostile_names.behind_each_other(names, longest=LONGEST):
        pages = shown(admin_client, two_visits(line), kind)

        assert {tag for page in pages for tag in page.shape} <= usual
        assert all(line in page.text for page in pages)


def shown(browser: Client, visit: Visit, kind: str) -> list[Read]:
    """The page with a visit's preview and the email in its frame, for a language from each side."""
    asked = [
        f"{PREVIEW}{email}?visit={visit.pk}&kind={kind}&language={code}"
        for email in ("", "email/")
        for code in ("en", "ar")
    ]
    return [Read(browser.get(path, headers=HTTPS).content.decode()) for path in asked]


@EVERY_NAME
@pytest.mark.parametrize("chosen", ["kind", "language"])
def test_a_preview_of_what_there_is_none_of_is_the_usual_one(
    names: tuple[str, ...], chosen: str, admin_client: Client
) -> None:
    usual = Read(admin_client.get(PREVIEW, headers=HTTPS).content.decode())

    answers = [admin_client.get(PREVIEW, {chosen: name}, headers=HTTPS) for name in names]

    assert {answer.status_code for answer in answers} == {200}
    assert [Read(answer.content.decode()).shape for answer in answers] == [usual.shape] * len(names)


@EVERY_NAME
def test_an_export_holds_it_as_it_is_and_grows_no_tag_and_no_file(names: tuple[str, ...]) -> None:
    usual = exported_of(PLAIN)
    for line in hostile_names.behind_each_other(names, longest=LONGEST):
        given = exported_of(line)

        assert given.files == ("index.html", "data.json")
        assert given.data["patient"][0]["name"] == line
        assert {(visit["place"], visit["practitioner"]) for visit in given.data["visits"]} == {(line, line)}
        assert Read(given.page).shape == Read(usual.page).shape
        assert Read(given.page).text.count(line) >= 3


def exported_of(name: str) -> archives.Given:
    """What somebody of that name is given, of whose visit an email was written."""
    outbox.enqueue_all([the_email(two_visits(name), now=next_noon(days=6))])
    return archives.exported(patient="patient-2")
