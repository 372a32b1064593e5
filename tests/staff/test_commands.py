"""Logins from the command line, for the first administrator and for who is locked out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from staff import factors
from staff.models import AccessRecord
from tests.staff.desk import PASSWORD, a_login

pytestmark = pytest.mark.django_db
NAME = "ada@clinic.example"


def add(monkeypatch: pytest.MonkeyPatch, *, password: str = PASSWORD, **options: Any) -> str:
    """What the command says, with the password on its standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    said = io.StringIO()
    call_command("add_staff", NAME, stdout=said, **options)
    return said.getvalue()


def test_a_login_is_added_with_its_role_and_nothing_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    said = add(monkeypatch, role="bookkeeper")

    ada = User.objects.get(username=NAME)
    assert (ada.is_staff, ada.is_superuser, ada.groups.get().name) == (True, False, "Bookkeeper")
    assert ada.check_password(PASSWORD)
    assert "/admin/" in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"role": "surgeon"}, "expected one of front-desk, bookkeeper, administrator"),
        ({"role": "bookkeeper", "password": "short"}, "too short"),
        ({"role": "bookkeeper", "password": ""}, "too short"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_added(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        add(monkeypatch, **options)

    assert not User.objects.exists()


def test_a_login_that_is_there_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, role="front-desk")

    with pytest.raises(CommandError, match="there already"):
        add(monkeypatch, role="administrator")

    assert User.objects.get().groups.get().name == "Front desk"


def test_the_last_administrator_gets_in_again_and_that_is_on_record() -> None:
    boss = a_login("boss", role="Administrator")
    factors.in_preparation(boss)

    call_command("reset_second_factor", "boss", stdout=io.StringIO())

    record = AccessRecord.objects.get()
    assert (record.kind, record.staff, record.what) == ("factor", "", f"reset for login {boss.pk} by a command")
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "boss")
