"""What a person sets: every variable is documented, and a wrong one stops the start with a sentence."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from receipts import signing
from tests import starting

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED_HERE = re.compile(r"^#?([A-Z][A-Z_]+)=", re.MULTILINE)
READ_OUTSIDE_SETTINGS = (
    "Procfile",
    "docker-compose.yml",
    "servicekit/gunicorn.py",
    "servicekit/alive.py",
    "servicekit/lanes.py",
)
READ_BY_PROCESSES = re.compile(r"\$\{([A-Z_]+)|environ\.get\(\"([A-Z_]+)\"")
PRODUCTION = {
    "SECRET_KEY": "visibly-fake-" * 5,
    "PUBLIC_URL": "https://clinic.example",
    "STRIPE_WEBHOOK_SECRETS": "whsec_test_fake",
    "RECEIPT_SIGNING_KEYS": "visibly-fake-signing-key-for-tests-only-000=",
    "DEFAULT_FROM_EMAIL": "receipts@clinic.example",
    "CLINIC_NAME": "Clinic",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DATABASE_URL": "sqlite:///:memory:",
}


VISITS = {name: value for name, value in PRODUCTION.items() if not name.startswith(("STRIPE_", "RECEIPT_"))}
SERVICES = {"payments": PRODUCTION, "visits": VISITS}
READ = "import json; from {}_service.config import settings; print(json.dumps(list(settings.env.dump())))"


@pytest.fixture(scope="module", autouse=True)
def _starter() -> Iterator[None]:
    """What starts the commands of these tests."""
    with starting.of_commands:
        yield


def start(*arguments: str, service: str = "payments", **changes: str) -> starting.Ended:
    """A management command in an environment of its own."""
    return starting.of_commands.run(f"{service}_service", *arguments, env=environment(service, **changes))


def environment(service: str, **changes: str) -> dict[str, str]:
    """That of a service in production, with these changes; what is empty isn't set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {name: value for name, value in (SERVICES[service] | changes).items() if value}


def python(*arguments: str, service: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own with the environment of a service in production."""
    env = environment(service, **changes)
    return subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def read_by_settings(service: str) -> set[str]:
    """The variables that a service's settings read."""
    names: list[str] = json.loads(python("-c", READ.format(service), service=service).stdout)
    return {name for name in names if not name.startswith("ANYMAIL_")}


def test_env_example_lists_exactly_what_is_read() -> None:
    process_files = "".join((ROOT / path).read_text() for path in READ_OUTSIDE_SETTINGS)

    documented = set(NAMED_HERE.findall((ROOT / ".env.example").read_text()))

    by_processes = {first or second for first, second in READ_BY_PROCESSES.findall(process_files)}
    by_processes = {name for name in by_processes if not name.startswith(("VISITS_", "COMPOSE_"))}
    by_settings = {name for service in SERVICES for name in read_by_settings(service)}
    assert documented == by_processes | by_settings


def test_each_variable_has_a_comment_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if NAMED_HERE.match(line) and not above.startswith("# ") and not NAMED_HERE.match(above)
    ]

    assert bare == []


@pytest.mark.parametrize(
    "missing",
    [
        "SECRET_KEY",
        "PUBLIC_URL",
        "STRIPE_WEBHOOK_SECRETS",
        "RECEIPT_SIGNING_KEYS",
        "DEFAULT_FROM_EMAIL",
        "CLINIC_NAME",
        "EMAIL_URL",
    ],
)
def test_the_service_does_not_start_without(missing: str) -> None:
    refused = start("check", **{missing: ""})

    assert refused.returncode != 0
    assert missing in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STRIPE_WEBHOOK_SECRETS", "sk_live_no", "signing secrets, whsec_"),
        ("CLINIC_TIME_ZONE", "Warsaw", "IANA time zone"),
        ("CLINIC_COLOUR", "teal", "#0f766e"),
        ("API_TOKENS", "short", "16 characters"),
        ("RECEIPT_SETTLE_SECONDS", "soon", "RECEIPT_SETTLE_SECONDS"),
        ("RECEIPT_SIGNING_KEYS", "too-short", "keys of 32 bytes in base64"),
        ("RECEIPT_SIGNING_KEYS", f"public:{signing.LAPTOP_SEED}", "openssl rand -base64 32"),
        ("RECEIPT_SIGNING_KEYS", signing.LAPTOP_SEED, "the laptop's key"),
        ("EMAIL_URL", "pigeon://loft", "EMAIL_URL"),
        ("MEDIA_BUCKET", "Our PDFs", "3 to 63 letters"),
        ("MEDIA_BUCKET", "clinic-pdfs", "MEDIA_BUCKET_REGION is missing"),
        ("MEDIA_BUCKET_ENDPOINT", "objects.provider.example", "expects an address"),
        ("WORKER_CHILD_MB", "0", "WORKER_CHILD_MB"),
        ("SECRET_KEY", "x", "32 random characters"),
        ("SECRET_KEY_FALLBACKS", f"{PRODUCTION['SECRET_KEY']},x", "32 random characters"),
        ("PUBLIC_URL", "payments.clinic.example", "https://payments.clinic.example"),
        ("PUBLIC_URL", "https://[payments.clinic.example", "https://payments.clinic.example"),
        ("REDIS_URL", "localhost:6379", "redis://127.0.0.1"),
        ("DATABASE_URL", "postgresql://[payments", "DATABASE_URL"),
        ("EMAIL_URL", "smtp://mail.clinic.example:submission", "smtp://host:587"),
        ("KEEP_RECEIPTS", "9999y", "at most 1000 years"),
        ("RECEIPT_LINK_DAYS", "1e9", "RECEIPT_LINK_DAYS"),
        ("STRIPE_API_KEY", "pk_test_public", "sk_..."),
        ("CLINIC_LOCALE", "klingon", "de-AT"),
        ("CLINIC_REPLY_TO", "front desk", "Name <address"),
        ("CLINIC_REPORT_TO", "Books <books@clinic.example>", "one address"),
        ("DEFAULT_FROM_EMAIL", "Clinic, desk", "Name <address"),
        ("API_RATE", "fast", "50/s"),
        ("LOG_LEVEL", "LOUD", "WARNING"),
        ("SWEEP_SECONDS", "0", "SWEEP_SECONDS"),
        ("RECONCILE_DAYS", "31", "RECONCILE_DAYS"),
        ("RECONCILE_SECONDS", "0", "RECONCILE_SECONDS"),
        ("STAFF_SECOND_FACTOR", "sometimes", "optional, or required"),
        ("STAFF_RECORD_DAYS", "29", "30"),
        ("KEEP_EVENTS", "a while", "such as 90d or 10y"),
        ("KEEP_RECEIPTS", "1y", "at least 2y"),
        ("STAFF_IDLE_MINUTES", "1", "STAFF_IDLE_MINUTES"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
        ("CLINIC_LOGO", "/nowhere/logo.png", "CLINIC_LOGO"),
        ("CLINIC_ACCOUNTS_FILE", "/nowhere/clinics.toml", "names a file that can't be read"),
        ("CLINIC_ACCOUNTS_FILE", str(ROOT / "LICENSE"), "can't be read as TOML"),
        ("ANYMAIL_WEBHOOK_SECRET", "no-password-in-here", "user:password"),
        ("ANYMAIL_WEBHOOK_SECRET", "reports:visibly-fake-1,u:p", "user:password"),
        ("EMAIL_BACKEND", "anymail.backends.postmark.EmailBackend", "ANYMAIL_WEBHOOK_SECRET"),
        ("ANYMAIL_AMAZON_SES_CLIENT_PARAMS", "{region", "JSON"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(name: str, value: str, sentence: str) -> None:
    refused = start("check", **{name: value})

    assert refused.returncode != 0
    assert name in refused.stderr
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_half_a_key_of_the_bucket_stops_the_start_with_what_belongs_to_it() -> None:
    refused = start("check", MEDIA_BUCKET="clinic-pdfs", MEDIA_BUCKET_REGION="eu-central-1", AWS_ACCESS_KEY_ID="fake")

    assert refused.returncode != 0
    assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_settings_of_anymails_that_arent_texts_are_json() -> None:
    given = {
        "ANYMAIL_WEBHOOK_SECRET": "reports:visibly-fake-1,reports:visibly-fake-2",
        "ANYMAIL_AMAZON_SES_CLIENT_PARAMS": '{"region_name": "eu-central-1"}',
        "ANYMAIL_AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": "false",
    }
    show = "import json; from payments_service.config import settings; print(json.dumps(settings.ANYMAIL))"

    read = json.loads(python("-c", show, service="payments", **given).stdout)

    assert read == {
        "WEBHOOK_SECRET": ["reports:visibly-fake-1", "reports:visibly-fake-2"],
        "AMAZON_SES_CLIENT_PARAMS": {"region_name": "eu-central-1"},
        "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False,
    }


def test_a_logo_that_cannot_be_printed_is_found_before_a_receipt_needs_it(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")

    checked = start("check", CLINIC_LOGO=str(logo))

    assert checked.returncode != 0
    assert "receipting.E001" in checked.stderr
    assert "PNG or JPEG" in checked.stderr


def a_clinics_file(folder: Path, text: str) -> str:
    """The path of a file that says what clinic each connected account is."""
    file = folder / "clinics.toml"
    file.write_text(text)
    return str(file)


def test_a_mistake_in_the_clinics_file_stops_the_start_with_its_place(tmp_path: Path) -> None:
    file = a_clinics_file(tmp_path, '[acct_1]\nname = "One"\n[acct_2]\ncolour = "teal"\nseries = "R"\n')

    refused = start("check", CLINIC_ACCOUNTS_FILE=file)

    assert refused.returncode != 0
    assert f"{file}: [acct_2] colour: expects a colour such as #0f766e." in refused.stderr
    assert f"{file}: [acct_2] series: expects none of " in refused.stderr
    assert "Traceback" not in refused.stderr


def test_each_clinics_logo_is_looked_at_before_a_receipt_needs_it(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    file = a_clinics_file(tmp_path, '[acct_1]\nname = "One"\n[acct_2]\nlogo = "logo.svg"\n')

    checked = start("check", CLINIC_ACCOUNTS_FILE=file)

    assert checked.returncode != 0
    assert "(receipting.E001)" in checked.stderr
    assert f"{file}: [acct_2] logo" in checked.stderr
    assert "PNG or JPEG" in checked.stderr


def test_a_sound_clinics_file_passes_the_deployment_check(tmp_path: Path) -> None:
    file = a_clinics_file(tmp_path, '[acct_1]\nname = "One"\nseries = "ON"\n')

    checked = start("check", "--deploy", "--fail-level", "WARNING", CLINIC_ACCOUNTS_FILE=file)

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REMINDER_LEADS", "tomorrow", "24h, 90m, 2d or 1d@10:00"),
        ("REMINDER_LEADS", "1h", "at least the notice"),
        ("KEEP_VISITS", "3d", "at least 30d"),
        ("QUIET_HOURS", "night", "21:00-08:00"),
        ("REMINDER_MIN_NOTICE", "2d", "2h or 90m"),
        ("CLINIC_COUNTRY", "Poland", "PL or GB"),
        ("TWILIO_API_BASE", "api.twilio.com", "TWILIO_API_BASE"),
        ("SMS_TIMEOUT", "60", "SMS_TIMEOUT"),
        ("SMS_BACKEND", "notifications.sms.twilio.Backend", "TWILIO_ACCOUNT_SID"),
    ],
)
def test_a_wrong_value_stops_visits_service_too(name: str, value: str, sentence: str) -> None:
    refused = start("check", service="visits", **{name: value})

    assert refused.returncode != 0
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(("seconds", "lease"), [("", "0:05:00"), ("5", "0:01:15")])
def test_a_faster_provider_of_texts_frees_those_of_a_dead_worker_sooner(seconds: str, lease: str) -> None:
    asked = "from notifications import delivery; print(delivery.PATIENCE['sms'].lease)"

    answered = start("shell", "--verbosity", "0", "--command", asked, service="visits", SMS_TIMEOUT=seconds)

    assert (answered.returncode, answered.stdout.strip()) == (0, lease)


@pytest.mark.parametrize("service", SERVICES)
def test_a_production_environment_passes_the_deployment_check(service: str) -> None:
    checked = start("check", "--deploy", "--fail-level", "WARNING", service=service)

    assert checked.returncode == 0, checked.stderr


def test_an_uncounted_proxy_is_mentioned_and_stops_nothing() -> None:
    uncounted, counted = (start("check", "--deploy", TRUSTED_PROXIES=proxies) for proxies in ("0", "1"))

    assert "staff.I001" in uncounted.stderr
    assert "staff.I001" not in counted.stderr
    assert (uncounted.returncode, counted.returncode) == (0, 0)


@pytest.mark.parametrize("service", SERVICES)
def test_no_migration_is_missing(service: str) -> None:
    checked = start("makemigrations", "--check", "--dry-run", service=service)

    assert checked.returncode == 0, checked.stdout
