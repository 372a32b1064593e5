"""A command's file: refused before any work where one is there, whole or not there at all, private from the start."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from servicekit import outputs


def write(path: Path, *, overwrite: bool = False, private: bool = True) -> None:
    """Some bytes to the file."""
    with outputs.opened(path, overwrite=overwrite, private=private) as file:
        file.write(b"new")


def never(path: Path, *, overwrite: bool = False) -> str:
    """What is said where no work may have begun."""
    with pytest.raises(CommandError) as refused, outputs.opened(path, overwrite=overwrite, private=True):
        pytest.fail("the work has begun")
    return str(refused.value)


@pytest.mark.parametrize("private", [True, False])
def test_a_new_file_is_written_whole_and_for_its_owner_where_it_must_be(tmp_path: Path, private: bool) -> None:
    before = os.umask(0o022)

    try:
        write(tmp_path / "new.zip", private=private)
    finally:
        os.umask(before)

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]
    assert stat.S_IMODE((tmp_path / "new.zip").stat().st_mode) == (0o600 if private else 0o644)


def test_what_is_there_is_refused_and_stays_be_it_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    file, link = tmp_path / "old.zip", tmp_path / "link.zip"
    file.write_bytes(b"old")
    link.symlink_to(tmp_path / "gone")

    said = [never(file), never(link)]

    assert said == [outputs.there_already(file), outputs.there_already(link)]
    assert file.read_bytes() == b"old"


def test_a_folder_is_refused_also_by_whoever_would_overwrite_it(tmp_path: Path) -> None:
    assert "it is a folder" in never(tmp_path, overwrite=True)


def test_a_folder_that_is_not_there_is_said_before_any_work(tmp_path: Path) -> None:
    assert "can't be written: No such file or directory" in never(tmp_path / "nowhere" / "new.zip")


def test_what_is_there_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "old.zip").write_bytes(b"old")

    write(tmp_path / "old.zip", overwrite=True)

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_a_crash_on_the_way_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "old.zip").write_bytes(b"old")

    with pytest.raises(ZeroDivisionError), outputs.opened(tmp_path / "old.zip", overwrite=True, private=True) as file:
        file.write(b"half" * (1 // 0))

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "new.zip"

    with pytest.raises(CommandError, match="is there already"), outputs.opened(target, overwrite=False, private=True):
        target.write_bytes(b"somebody else's")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"somebody else's"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with (
        pytest.raises(CommandError, match="No space left"),
        outputs.opened(tmp_path / "a", overwrite=False, private=True),
    ):
        raise full

    assert not list(tmp_path.iterdir())


def test_what_the_work_itself_stumbles_over_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), outputs.opened(tmp_path / "a", overwrite=False, private=True):
        raise ConnectionError

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x" * 300, "file/x.zip"])
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()

    assert "can't be written" in never(tmp_path / name)


def test_two_at_once_never_touch_each_others_file(tmp_path: Path) -> None:
    target = tmp_path / "new.zip"

    with outputs.opened(target, overwrite=True, private=True) as first:
        first.write(b"fir")
        write(target, overwrite=True)
        first.write(b"st")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]
