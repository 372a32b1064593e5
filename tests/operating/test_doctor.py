"""`doctor` on a good installation and on broken ones: real servers and processes, each broken in one place."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import embedded
from scripts.stripe_standin import StandIn
from tests import builders, clone, processes
from tests.operating import installation
from tests.operating.installation import Installation, advised, wrong
from tests.stripe_events import by_type, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
NO_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Installation]:
    with installation.standing(tmp_path) as standing:
        yield standing


@pytest.fixture
def _beating(clinic: Installation) -> Iterator[None]:
    """Beat is there too, and was heard."""
    with processes.beat(clinic.directory / "beat.log", **clinic.env):
        processes.eventually(lambda: "worker and Beat" not in wrong(clinic.doctor()[1]), why="no beat was heard")
        yield


@pytest.mark.usefixtures("_beating")
def test_nothing_is_wrong_with_a_good_installation_and_one_broken_part_is_named(
    clinic: Installation, tmp_path: Path
) -> None:
    builders.keep(by_type(events_of_a_payment(), "charge.succeeded"))
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")

    good, found = clinic.doctor()
    unknown_database = clinic.doctor(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{embedded.free_port()}/nothing")
    wrong_key = clinic.doctor(STRIPE_API_KEY="sk_test_another")
    no_mail = clinic.doctor(EMAIL_URL=f"smtp://127.0.0.1:{embedded.free_port()}")
    other_mode = clinic.doctor(STRIPE_API_KEY="sk_live_visibly_fake", STRIPE_API_BASE=no_stripe())
    no_logo = clinic.doctor(CLINIC_LOGO=str(logo))
    no_folder = clinic.doctor(MEDIA_ROOT=str(logo / "media"))
    clinic.endpoint(enabled_events=["charge.succeeded"], status="disabled")
    deaf = clinic.doctor()

    assert (good, wrong(found)) == (0, {})
    assert {check for check, told in found.items() if told[0]["verdict"] == "ok"} >= {"database", "broker", "disk"}
    assert "accepted 0 h ago" in found["Stripe endpoint"][1]["said"]
    assert set(wrong(unknown_database[1])) == {"database"}
    assert "DATABASE_URL" in advised(unknown_database[1], "database")
    assert wrong(wrong_key[1]) == {"Stripe key": "Stripe refuses the key (401)"}
    assert set(wrong(no_mail[1])) == {"mail provider"}
    assert "Stripe key" in wrong(other_mode[1])
    assert "CLINIC_LOGO" in wrong(no_logo[1])["libraries"]
    assert set(wrong(no_folder[1])) == {"storage"}
    assert "refund.created" in wrong(deaf[1])["Stripe endpoint"]
    assert "setup_webhook" in advised(deaf[1], "Stripe endpoint")
    broken = (unknown_database, wrong_key, no_mail, other_mode, no_logo, no_folder, deaf)
    assert [code for code, _ in broken] == [1] * len(broken)


def no_stripe() -> str:
    """An address at which nobody answers."""
    return f"http://127.0.0.1:{embedded.free_port()}"


def test_without_beat_it_is_beat_that_is_missing_and_without_redis_it_is_redis(clinic: Installation) -> None:
    code, no_beat = clinic.doctor()
    clinic.redis.stop()
    code_without, no_redis = clinic.doctor()

    assert (code, wrong(no_beat)) == (1, {"worker and Beat": "no beat was heard ever"})
    assert "payments-beat" in advised(no_beat, "worker and Beat")
    assert code_without == 1
    assert set(wrong(no_redis)) == {"broker", "worker and Beat", "lanes"}
    assert "REDIS_URL" in advised(no_redis, "broker")


def test_a_lane_that_runs_nowhere_is_named(clinic: Installation, tmp_path: Path) -> None:
    clinic.worker.kill()

    with processes.worker(tmp_path / "lame.log", queues="events,documents,messages,books,sweeps", **clinic.env):
        code, found = clinic.doctor()

    assert code == 1
    assert "no worker answers for payments.receipts" in wrong(found)["lanes"]


def test_a_clock_that_is_off_is_told_by_how_much(clinic: Installation) -> None:
    with StandIn(key=installation.KEY, clock_ahead=90) as ahead:
        _, found = clinic.doctor(STRIPE_API_BASE=ahead.url)

    assert "s behind Stripe's" in wrong(found)["clock"]
    assert "time service" in advised(found, "clock")


def test_what_it_says_holds_no_secret_and_no_person(clinic: Installation) -> None:
    builders.keep(by_type(events_of_a_payment(email="ada.nowak@example.com"), "charge.succeeded"))
    secrets = {
        "EMAIL_URL": f"smtp://postmaster:hush-hush@127.0.0.1:{clinic.mail.port}",
        "STRIPE_API_KEY": "sk_test_hush",
    }

    done = clinic.command("doctor", **secrets)

    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "mail provider" in told
    for hidden in ("hush", "whsec_", "visibly-fake", "ada.nowak", "postmaster"):
        assert hidden not in told


def test_fonts_that_were_left_out_are_named(tmp_path: Path) -> None:
    project = clone.clone(tmp_path / "clinic-receipts")
    (project / "receipts" / "fonts" / "NotoSans-Bold.ttf").unlink()
    env = clone.environment(tmp_path, DEBUG="1", STRIPE_WEBHOOK_SECRETS="whsec_test_fake", REDIS_URL=NO_REDIS)

    typed = [sys.executable, "-m", "payments_service", "doctor"]
    done = subprocess.run(typed, cwd=project, env=env, capture_output=True, text=True, timeout=90, check=False)

    assert done.returncode == 1
    assert "NotoSans-Bold.ttf" in done.stdout
    assert "Install the package again" in done.stdout
