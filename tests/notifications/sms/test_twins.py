"""The backends that reach nobody: a list, files, standard output; and how a backend is chosen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from notifications.channels import sms as channel
from notifications.sms import backends, fallback, memory
from servicekit.failures import GiveUp, TryLater
from tests.notifications.sms.builders import PATIENT, SECRET_TEXT, an_sms

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MEMORY = "notifications.sms.memory.Backend"


def test_a_test_finds_what_was_sent_in_the_outbox(settings: Settings) -> None:
    settings.SMS_BACKEND = MEMORY

    provider_id = channel.send(an_sms())

    assert memory.outbox == [an_sms()]
    assert provider_id == "memory-0"


def test_one_file_for_each_message_in_the_order_of_sending(settings: Settings, tmp_path: Path) -> None:
    settings.SMS_BACKEND, settings.SMS_FILE_PATH = "notifications.sms.file.Backend", str(tmp_path / "texts")

    names = [channel.send(an_sms(reference=reference)) for reference in ("b/../2", "a:1", "a:1")]

    files = sorted((tmp_path / "texts").iterdir())
    assert [file.name for file in files] == names
    content = files[0].read_text(encoding="utf-8")
    assert f"To: {PATIENT}\n" in content
    assert "Reference: b/../2\n" in content
    assert "Encoding: GSM-7, 54 units, 1 part(s)" in content
    assert content.endswith(f"\n\n{SECRET_TEXT}\n")


def test_a_directory_that_cannot_be_written_to_is_tried_again_later(settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "texts"
    in_the_way.write_text("a file")
    settings.SMS_BACKEND, settings.SMS_FILE_PATH = "notifications.sms.file.Backend", str(in_the_way)

    with pytest.raises(TryLater, match="connection_failed"):
        channel.send(an_sms())


def test_the_console_shows_the_message_whole(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SMS_BACKEND = "notifications.sms.console.Backend"

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda number: channel.send(an_sms(reference=str(number))), range(8)))

    blocks = capsys.readouterr().out.split("-" * 79 + "\n")
    assert len(set(ids)) == 8
    assert sorted(block.count(SECRET_TEXT) for block in blocks) == [0] + [1] * 8


@pytest.mark.parametrize("backend", ["memory", "file"])
def test_a_message_that_may_have_been_sent_is_looked_up_before_it_is_sent_again(
    settings: Settings, tmp_path: Path, backend: str
) -> None:
    settings.SMS_BACKEND, settings.SMS_FILE_PATH = f"notifications.sms.{backend}.Backend", str(tmp_path)
    first = channel.send(an_sms(reference="17"))

    again = channel.send(an_sms(reference="17", maybe_sent_since=LONG_AGO))
    other = channel.send(an_sms(reference="18", maybe_sent_since=LONG_AGO))

    assert again == first
    assert other != first


def test_what_came_too_late_is_not_handed_to_any_backend(settings: Settings) -> None:
    settings.SMS_BACKEND = MEMORY

    with pytest.raises(GiveUp, match="too_late"):
        channel.send(an_sms(valid_until=LONG_AGO))

    assert memory.outbox == []


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("", "SMS_BACKEND is empty"),
        ("notifications.sms.nowhere.Backend", "expected a dotted path to a class"),
        ("nonsense", "expected a dotted path to a class"),
        ("collections.OrderedDict", "expected a subclass of SmsBackend"),
        ("notifications.sms.file.Backend", "SMS_FILE_PATH is empty"),
        ("notifications.sms.twilio.Backend", "TWILIO_ACCOUNT_SID is empty"),
        ("notifications.sms.apprise.Backend", "APPRISE_SMS_URL is empty"),
    ],
)
def test_a_backend_that_cannot_be_built_says_what_to_set(settings: Settings, path: str, advice: str) -> None:
    settings.SMS_BACKEND = path
    for name in ("SMS_FILE_PATH", "TWILIO_ACCOUNT_SID", "APPRISE_SMS_URL"):
        setattr(settings, name, "")

    with pytest.raises(ImproperlyConfigured, match=advice):
        backends.get_backend()


def test_one_backend_serves_all_threads_and_a_named_fallback_stands_behind_it(settings: Settings) -> None:
    settings.SMS_BACKEND = MEMORY

    alone = [backends.get_backend(), backends.get_backend(), backends.get_backend(MEMORY)]
    settings.SMS_FALLBACK_BACKEND = "notifications.sms.console.Backend"
    pair = backends.get_backend()

    assert len({id(backend) for backend in alone}) == 1
    assert isinstance(pair, fallback.Backend)
    assert pair is backends.get_backend()
