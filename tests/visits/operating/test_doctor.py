"""`python -m visits_service doctor` on a good installation and on broken ones, each broken in one place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import embedded
from tests import processes
from tests.visits.builders import a_patient, a_visit
from tests.visits.operating import installation
from tests.visits.operating.installation import Installation
from visits_service.operating.doctor.checks import CHECKS
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
HOW_TO = processes.ROOT / "docs" / "how-to" / "check-an-installation.md"


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation.standing(tmp_path_factory.mktemp("clinic")) as standing:
        yield standing


def nowhere() -> str:
    """A place on loopback where nobody listens."""
    return f"127.0.0.1:{embedded.free_port()}"


def test_nothing_is_wrong_with_a_good_installation_and_one_broken_part_is_named(clinic: Installation) -> None:
    log, env = clinic.directory / "worker.log", clinic.env
    with (
        processes.worker(log, service="visits", **env),
        processes.beat(clinic.directory / "beat.log", service="visits", **env),
    ):
        processes.eventually(lambda: "worker and Beat" not in clinic.doctor()[1], why="no beat was heard")
        good = clinic.doctor()
        no_database = clinic.doctor(DATABASE_URL=f"postgresql://nobody@{nowhere()}/nothing")
        no_mail = clinic.doctor(EMAIL_URL=f"smtp://{nowhere()}")
        nobodys_domain = clinic.doctor(DEFAULT_FROM_EMAIL="Clinic <visits@clinic.example>")
        wrong_token = clinic.doctor(TWILIO_AUTH_TOKEN="visibly-fake-other-token")
        other_number = clinic.doctor(TWILIO_FROM="+48225550199")
        no_service = clinic.doctor(TWILIO_FROM="MG" + "0" * 32)
        no_twilio = clinic.doctor(TWILIO_API_BASE=f"http://{nowhere()}")

    assert good == (0, {})
    assert set(no_database[1]) == {"database"}
    assert "DATABASE_URL" in no_database[1]["database"]
    assert set(no_mail[1]) == {"mail provider"}
    assert set(nobodys_domain[1]) == {"mail sender"}
    assert "TWILIO_AUTH_TOKEN" in wrong_token[1]["SMS provider"]
    assert "doesn't have this sender" in other_number[1]["SMS provider"]
    assert "doesn't have this sender" in no_service[1]["SMS provider"]
    assert "it doesn't answer" in no_twilio[1]["SMS provider"]
    broken = (no_database, no_mail, nobodys_domain, wrong_token, other_number, no_service, no_twilio)
    assert [code for code, _ in broken] == [1] * len(broken)


def test_a_lane_without_a_worker_a_clock_that_nobody_knows_and_a_lacking_setting_are_named(
    clinic: Installation,
) -> None:
    a_visit(patient=a_patient())
    Visit.objects.update(timezone="Mars/Olympus")

    with processes.worker(clinic.directory / "lame.log", service="visits", queues="reminders,sweeps", **clinic.env):
        code, found = clinic.doctor(TWILIO_ACCOUNT_SID="")

    assert code == 1
    assert "no worker answers for visits.email, visits.purges, visits.sms" in found["lanes"]
    assert "Mars/Olympus" in found["time zones"]
    assert "TWILIO_ACCOUNT_SID" in found["SMS provider"]


def test_without_redis_it_is_redis_that_is_named(clinic: Installation) -> None:
    code, found = clinic.doctor(REDIS_URL=f"redis://{nowhere()}/0")

    assert code == 1
    assert set(found) == {"broker", "worker and Beat", "lanes"}
    assert "REDIS_URL" in found["broker"]


def test_what_it_says_holds_no_secret_and_no_person(clinic: Installation) -> None:
    a_visit(patient=a_patient(name="Ada Nowak", email="ada.nowak@patient.example"))
    secrets = {"EMAIL_URL": f"smtp://postmaster:hush-hush@{nowhere()}", "TWILIO_AUTH_TOKEN": "hush-hush"}

    done = clinic.command("doctor", **secrets)

    told = done.stdout + done.stderr
    assert done.returncode == 1
    for hidden in ("hush", "visibly-fake", "ada.nowak", "Nowak", "postmaster", installation.NUMBER):
        assert hidden not in told


def test_every_check_has_a_name_that_the_how_to_explains() -> None:
    told = Path(HOW_TO).read_text(encoding="utf-8")

    assert [name for name in CHECKS if f"| {name} |" not in told] == []
