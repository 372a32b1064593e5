"""What chaos refuses before it begins: minutes of work aren't lost to a word that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.faults import run
from bench.faults.world import only_run
from scripts.processes import Trouble


def asked(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Read this command line."""
    monkeypatch.setattr("sys.argv", ["bench/chaos.py", *words])
    run.arguments(None)


@pytest.mark.parametrize("option", ["--payments", "--visits", "--seconds"])
@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many"])
def test_nothing_to_do_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, number: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        asked(monkeypatch, f"{option}={number}")

    assert ended.value.code == 2
    assert f"argument {option}: expected a whole number from 1 on, got '{number}'" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit):
        asked(monkeypatch, "--report", f"{tmp_path}/file/chaos.md")

    assert "argument --report:" in capsys.readouterr().err


def test_a_report_that_is_there_stays_until_there_is_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = tmp_path / "new" / "chaos.md"
    report.parent.mkdir()
    report.write_text("of an earlier run")

    asked(monkeypatch, "--report", str(report))

    assert report.read_text() == "of an earlier run"


def test_a_second_run_does_not_take_the_logs_of_the_first(tmp_path: Path) -> None:
    logs = tmp_path / "var" / "chaos"

    with only_run(logs), pytest.raises(Trouble, match="another run has its logs in"), only_run(logs):
        pass
    with only_run(logs):
        pass
