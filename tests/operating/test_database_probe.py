"""What the doctor says of a PostgreSQL that is there and doesn't take us, and of one that isn't: asked of real ones."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts import embedded
from servicekit.doctor.judging import database as judging
from servicekit.doctor.probing import database, postgresql

HBA = "local all locked scram-sha-256\nlocal all barred reject\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Where a PostgreSQL of its own is, in which one role needs a password and one is never let in."""
    with embedded.postgresql_url(tmp_path_factory.mktemp("postgresql")) as url:
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("CREATE ROLE locked LOGIN PASSWORD 'visibly-fake'")
            line.execute("CREATE ROLE barred LOGIN")
            line.execute("CREATE ROLE single LOGIN CONNECTION LIMIT 0")
            where = line.execute("SHOW hba_file").fetchone()
            assert where
            rules = Path(str(where[0]))
            rules.write_text(HBA + rules.read_text())
            line.execute("SELECT pg_reload_conf()")
        yield dict(psycopg.conninfo.conninfo_to_dict(url))


@pytest.mark.parametrize(
    ("params", "trouble"),
    [
        ({"dbname": "nothing"}, judging.NO_DATABASE),
        ({"user": "nobody"}, judging.NO_ROLE),
        ({"user": "locked", "password": "wrong"}, judging.WRONG_PASSWORD),
        ({"user": "locked", "password": ""}, judging.WRONG_PASSWORD),
        ({"user": "barred"}, judging.NOT_LET_IN),
        ({"user": "single"}, judging.FULL),
    ],
)
def test_one_that_answers_and_refuses_says_which_of_our_words_is_wrong(
    server: dict[str, Any], params: dict[str, str], trouble: str
) -> None:
    assert postgresql.trouble(server | params) == trouble


def test_one_that_lets_us_in_is_no_trouble(server: dict[str, Any]) -> None:
    assert postgresql.trouble(server) == ""


@pytest.mark.django_db
def test_ours_is_looked_at_through_the_doctors_own_connection_first() -> None:
    seen = database.look()

    assert (seen.product, seen.trouble) == ("PostgreSQL", "")


def test_one_that_refuses_in_words_that_nobody_knows_is_still_said_to_answer(
    server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SAID", ())  # as one does that speaks another language

    assert postgresql.trouble(server | {"dbname": "nothing"}) == judging.REFUSED


def test_nobody_there_is_away_and_a_name_that_nobody_knows_is_said_to_be_one() -> None:
    nowhere = {"host": "127.0.0.1", "port": embedded.free_port(), "dbname": "x", "user": "x"}

    assert postgresql.trouble(nowhere) == judging.AWAY
    assert postgresql.trouble(nowhere | {"host": "no-such-host.invalid"}) == judging.NO_SUCH_HOST


def test_who_takes_a_connection_and_says_nothing_is_slow_not_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "PATIENCE_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_one = {"host": "127.0.0.1", "port": silent.getsockname()[1], "dbname": "x", "user": "x"}

        assert postgresql.trouble(silent_one) == judging.SLOW


@pytest.mark.parametrize("where", [{"host": "::1"}, {"host": "127.0.0.1,127.0.0.2", "port": "5432,5433"}])
def test_an_address_in_another_form_is_looked_at_too(where: dict[str, str]) -> None:
    assert postgresql.is_there({"port": str(embedded.free_port())} | where) is False


def test_every_trouble_has_a_sentence_and_what_to_do() -> None:
    codes = {code for _, code in postgresql.SAID} | {judging.REFUSED, judging.SLOW, judging.AWAY}

    assert codes == set(judging.TROUBLES)
    assert all(said and do for said, do in judging.TROUBLES.values())
