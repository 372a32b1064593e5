"""docker-compose.yml and the Dockerfile, as far as reading them tells; `make compose-smoke` runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from payments_service.webhooks.handlers import HANDLERS
from servicekit import gunicorn, lanes
from tests import shape

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROCESSES = re.findall(r"^([a-z-]+): ", (ROOT / "Procfile").read_text(), re.MULTILINE)
DOCUMENTED = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
STANDING = [*PROCESSES, "postgres", "redis", "mailpit"]
ONCE = ["secrets", "payments-migrate", "visits-migrate"]
DONE, HEALTHY = "service_completed_successfully", "service_healthy"


def waits_for(service: str) -> dict[str, str]:
    """What has to be how before a service starts."""
    return {name: needed["condition"] for name, needed in SERVICES[service].get("depends_on", {}).items()}


def seconds(text: str) -> float:
    """A duration such as 40s."""
    [number] = re.findall(r"^(\d+)s$", text)
    return float(number)


def test_each_process_of_procfile_is_a_service_and_runs_by_its_line_there() -> None:
    ours = {name for name, service in SERVICES.items() if service["image"] == "clinic-receipts"}

    assert ours == {*PROCESSES, *ONCE}
    assert {SERVICES[process]["command"] for process in PROCESSES} == set(PROCESSES)
    assert "COPY Procfile ./" in DOCKERFILE
    assert 'ENTRYPOINT ["run-process"]' in DOCKERFILE


def test_there_is_one_image_of_ours_and_the_others_are_official() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}

    assert {images[name] for name in (*PROCESSES, *ONCE)} == {"clinic-receipts"}
    assert [name for name, service in SERVICES.items() if "build" in service] == ["secrets"]
    others = {name: image for name, image in images.items() if image != "clinic-receipts"}
    assert others == {
        "postgres": "postgres:17",
        "redis": "redis:8",
        "mailpit": "axllent/mailpit",
        "stripe": "stripe/stripe-cli",
        "stripe-secret": "stripe/stripe-cli",
    }


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_starts_after_its_database_was_migrated_and_redis_is_healthy(process: str) -> None:
    migrate = f"{process.partition('-')[0]}-migrate"

    assert waits_for(process).items() >= {(migrate, DONE), ("redis", HEALTHY)}
    assert waits_for(migrate) == {"secrets": DONE, "postgres": HEALTHY}


def test_an_update_of_ours_replaces_nothing_that_ours_stands_on() -> None:
    assert [waits_for(name) for name in ("postgres", "redis", "mailpit")] == [{}, {}, {}]


@pytest.mark.parametrize("name", STANDING)
def test_what_stays_up_is_watched_limited_and_started_again(name: str) -> None:
    service = SERVICES[name]

    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])


@pytest.mark.parametrize("process", PROCESSES)
def test_health_is_judged_by_what_the_process_does(process: str) -> None:
    wanted = "web" if process.endswith("-web") else "beating"

    assert SERVICES[process]["healthcheck"]["test"] == ["CMD", "healthy", wanted]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root_writes_to_the_image_or_gains_rights(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["image"] == "clinic-receipts" or service["user"] not in ("", "root", "0")


def test_only_loopback_reaches_the_ports_and_nothing_stops_a_second_worker() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if service.get("ports")}

    assert set(published) == {"payments-web", "visits-web", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert not any("container_name" in service for service in SERVICES.values())


def test_a_process_is_given_the_time_that_it_takes_to_finish() -> None:
    workers = [SERVICES[name] for name in PROCESSES if name.endswith("-worker")]
    webs = [SERVICES[name] for name in PROCESSES if name.endswith("-web")]

    assert all(seconds(worker["stop_grace_period"]) > lanes.PATIENCE_SECONDS for worker in workers)
    assert all(seconds(web["stop_grace_period"]) > gunicorn.graceful_timeout for web in webs)


def test_beside_the_rest_the_pdfs_grow_alone_and_every_lane_runs_somewhere() -> None:
    beside = yaml.safe_load((ROOT / "docker-compose.lanes.yml").read_text(encoding="utf-8"))["services"]
    told = [service["environment"]["WORKER_LANES"].split(",") for service in beside.values()]

    assert beside["payments-rendering"]["extends"] == {"file": "docker-compose.yml", "service": "payments-worker"}
    assert sorted(lane for names in told for lane in names) == sorted(
        lane.name for lane in shape.lanes_of("payments-worker")
    )


def test_web_and_worker_of_payments_share_the_files() -> None:
    for process in ("payments-web", "payments-worker"):
        assert "media:/srv/media" in SERVICES[process]["volumes"]
        assert SERVICES[process]["environment"]["MEDIA_ROOT"] == "/srv/media"


def test_postgresql_lets_in_as_many_as_four_payments_workers_and_the_rest_may_open() -> None:
    guide = (ROOT / "docs/how-to/scale.md").read_text()
    opened = {
        name: int(most) for name, most in re.findall(r"^((?:payments|visits)-(?:web|worker)) .* (\d+)$", guide, re.M)
    }
    limit = re.search(r"max_connections=(\d+)", SERVICES["postgres"]["command"])

    assert set(opened) == {"payments-web", "payments-worker", "visits-web", "visits-worker"}
    assert limit
    assert sum(opened.values()) + 3 * opened["payments-worker"] < int(limit[1]) - 10  # some stay for people


def test_each_service_has_a_dead_mans_switch_of_its_own() -> None:
    for process in PROCESSES:
        switch = SERVICES[process]["environment"].get("BEAT_PING_URL")
        assert switch == ("${VISITS_BEAT_PING_URL:-}" if process.startswith("visits") else None)


def test_every_variable_is_documented() -> None:
    given = {name for process in PROCESSES for name in SERVICES[process]["environment"]}
    asked = {name.removeprefix("VISITS_") for name in re.findall(r"\$\{([A-Z_]+)", TEXT)} - {"COMPOSE_ENV_FILES"}

    assert given | asked <= DOCUMENTED


ONLY_PAYMENTS = (
    "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRETS",
    "RECEIPT_SIGNING_KEYS",
    "MEDIA_BUCKET",
    "MEDIA_BUCKET_KMS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)
"""What stands in the one .env of both services, and the visits' processes must not get."""


def test_no_secret_stands_in_the_file_and_none_of_one_service_reaches_the_other() -> None:
    secret = {
        "SECRET_KEY",
        "DATABASE_URL",
        "API_TOKENS",
        "STRIPE_API_KEY",
        "STRIPE_WEBHOOK_SECRETS",
        "RECEIPT_SIGNING_KEYS",
        "TWILIO_AUTH_TOKEN",
    }

    for process in PROCESSES:
        environment = SERVICES[process]["environment"]
        assert {environment.get(name, "") for name in secret} <= {"", "${STRIPE_API_KEY:-}"}
        assert environment["DATABASE_URL"] == ""
        [mounted] = [volume for volume in SERVICES[process]["volumes"] if volume.endswith(":/run/secrets:ro")]
        assert mounted.startswith(process.partition("-")[0])
    for process in (each for each in PROCESSES if each.startswith("visits")):
        environment = SERVICES[process]["environment"]
        assert {name: environment.get(name) for name in ONLY_PAYMENTS} == dict.fromkeys(ONLY_PAYMENTS, "")
    assert not re.search(r"whsec_|sk_(test|live)|://[^/\s]*:[^/\s]*@", TEXT)


def without_env_file(value: str) -> str:
    """What an entry is where nobody has set anything: the defaults of its variables, the innermost first."""
    while (plain := re.sub(r"\$\{[A-Z_]+:-([^${}]*)\}", r"\1", value)) != value:
        value = plain
    return value


@pytest.mark.parametrize("service", ["payments", "visits"])
def test_nothing_has_to_be_set_for_the_first_minute(service: str, tmp_path: Path) -> None:
    for volume in ("payments", "visits", "database"):
        (tmp_path / volume).mkdir()
    commands = ROOT / "ops" / "docker"
    subprocess.run([commands / "make-secrets", tmp_path], check=True, capture_output=True)
    given = {name: without_env_file(value) for name, value in SERVICES[f"{service}-web"]["environment"].items()}
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SECRETS_DIR": str(tmp_path / service), **given}

    command = [str(commands / "run-process"), sys.executable, "-m", f"{service}_service", "check"]
    checked = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr


def test_the_stripe_cli_forwards_what_does_something_and_is_believed() -> None:
    *_, forward, events = SERVICES["stripe"]["command"]

    assert forward == "--forward-to=http://payments-web:8001/webhooks/stripe/"
    assert sorted(events.removeprefix("--events=").split(",")) == sorted(HANDLERS)
    assert SERVICES["stripe"]["profiles"] == SERVICES["stripe-secret"]["profiles"] == ["stripe"]
    told = SERVICES["payments-web"]["depends_on"]["stripe-secret"]
    assert told == {"condition": DONE, "required": False}


def test_the_image_is_built_by_any_builder_from_locked_packages() -> None:
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.13-slim"}
    assert not re.search(r"^# *syntax|--mount|--chmod|<<|https?://", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert "libharfbuzz-subset0" in DOCKERFILE
    assert re.search(r"^USER clinic$", DOCKERFILE, re.MULTILINE)


def test_the_image_holds_every_package_and_the_build_sees_nothing_else() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "scripts", "bench"}

    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    everything, *wanted = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]

    assert copied == packages
    assert everything == "*"
    seen = {line.removeprefix("!") for line in wanted if line.startswith("!")}
    assert seen == packages | {"Procfile", "requirements/production.txt", "ops/docker"}
