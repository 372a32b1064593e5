"""What a process has in memory once it has started: what it works with, and nothing that only others need.

Modules are counted and no seconds, which say more about the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COSTLY = {
    "weasyprint": "renders receipts",
    "fontTools": "reads fonts, to render",
    "pypdf": "reads PDFs that somebody wants to have checked",
    "PIL": "looks into a new logo",
    "svix": "checks Resend's signatures",
    "boto3": "reads Amazon's reports, keeps PDFs in a bucket",
    "botocore": "the same",
    "twilio.rest": "sends texts, where Twilio does",
    "sentry_sdk": "where SENTRY_DSN is set",
    "opentelemetry.exporter": "where OTEL_EXPORTER_OTLP_ENDPOINT is set",
}
"""What takes long to load, and who needs it."""
STARTED = {
    "web": """
import importlib
from django.urls import get_resolver
importlib.import_module("{service}_service.config.wsgi")
get_resolver().url_patterns
""",
    "worker": """
from servicekit import lanes
lanes.loaded("{service}_service.config.celery_app")
""",
    "the lane that writes letters": """
from servicekit import lanes
lanes.loaded("{service}_service.config.celery_app")
lanes.preload(lanes.parsed("writing=receipts,reminders:prefork:2"))
""",
}
"""As `Procfile` starts them, until the first request or task."""
SAY = "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"


def loaded(process: str, *, service: str) -> set[str]:
    """The modules that a fresh process of a service has in memory when it is ready."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"{service}_service.config.settings"}
    program = STARTED[process].format(service=service) + SAY
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("service", ["payments", "visits"])
@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_process_starts_without_what_only_others_need(process: str, service: str) -> None:
    found = loaded(process, service=service)

    assert {name: COSTLY[name] for name in found & COSTLY.keys()} == {}


@pytest.mark.parametrize("service", ["payments", "visits"])
def test_a_worker_has_its_tasks_and_no_pages(service: str) -> None:
    found = loaded("worker", service=service)

    assert "notifications.tasks" in found
    assert f"{service}_service.config.urls" not in found


@pytest.mark.parametrize(
    ("service", "needed"),
    [
        ("payments", {"weasyprint", "fontTools", "receipts.rendering", "payments_service.config.urls"}),
        ("visits", {"visits_service.reminders.writing", "visits_service.config.urls"}),
    ],
)
def test_the_lane_that_writes_letters_loads_what_it_needs_before_it_forks(service: str, needed: set[str]) -> None:
    found = loaded("the lane that writes letters", service=service)

    assert needed <= found
