"""Every setting of payments_service, read once from the environment; `.env.example` explains each variable.

A wrong or missing variable stops the start with a sentence. Unsafe values are refused unless DEBUG.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from environs import validate

from notifications import messages
from payments_service.config import clinics, roles
from payments_service.receipting import profiles
from privacy import periods
from receipts import signing
from servicekit import celery, environment, logging, project
from staff import configuration as staffing

django_stubs_ext.monkeypatch()  # admin and form classes take type parameters at run time too

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environment.reader()

# --- The process
SERVICE = "payments"
DEBUG = env.bool("DEBUG", False)
LAPTOP_SECRET = "laptop-only-" * 5
SECRET_KEY = env.str("SECRET_KEY", LAPTOP_SECRET) if DEBUG else env.str("SECRET_KEY", validate=environment.secret_key)
SECRET_KEY_FALLBACKS: list[str] = env.list(
    "SECRET_KEY_FALLBACKS", [], subcast=str.strip, validate=environment.each(environment.secret_key)
)
PUBLIC_URL: str = (
    env.str("PUBLIC_URL", "http://127.0.0.1:8001") if DEBUG else env.str("PUBLIC_URL", validate=environment.web_address)
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(PUBLIC_URL or "").hostname or "", "127.0.0.1", "localhost"])
VAR = BASE_DIR / "var"
MEDIA_ROOT = env.str("MEDIA_ROOT", str(VAR / "media"))
storages = project.storages(env)

# --- Where rows and nudges live
DATABASE = project.database(env, default=f"sqlite:///{VAR}/payments.sqlite3")
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0", validate=environment.redis_address)
CACHES = project.caches(REDIS_URL, service=SERVICE)

# --- Stripe
STRIPE_WEBHOOK_SECRETS: list[str] = env.list(
    "STRIPE_WEBHOOK_SECRETS",
    subcast=str.strip,
    validate=environment.checked(
        lambda secrets: bool(secrets) and all(secret.startswith("whsec_") for secret in secrets),
        "expects the endpoint's signing secrets, whsec_..., separated by commas.",
    ),
)
STRIPE_API_KEY: str = env.str(
    "STRIPE_API_KEY",
    "",
    validate=environment.checked(
        lambda key: not key or key.startswith(("sk_", "rk_")), "expects a secret or restricted key, sk_... or rk_...."
    ),
)
STRIPE_API_BASE: str = env.str("STRIPE_API_BASE", "https://api.stripe.com")
SIGNING_KEYS = environment.parsed(lambda keys: signing.ring(keys, for_laptop=DEBUG))
RECEIPT_SIGNING_KEYS: list[str] = (
    env.list("RECEIPT_SIGNING_KEYS", [signing.LAPTOP_SEED], subcast=str.strip, validate=SIGNING_KEYS)
    if DEBUG
    else env.list("RECEIPT_SIGNING_KEYS", subcast=str.strip, validate=SIGNING_KEYS)
)
RECEIPT_SETTLE_SECONDS: float = env.float("RECEIPT_SETTLE_SECONDS", 5.0, validate=environment.not_negative)
RECONCILE_SECONDS: float = env.float("RECONCILE_SECONDS", 3600.0, validate=environment.positive)
RECONCILE_DAYS: int = env.int("RECONCILE_DAYS", 3, validate=validate.Range(min=1, max=30))
RECEIPT_LINK_DAYS: float = env.float(
    "RECEIPT_LINK_DAYS", 90.0, validate=validate.Range(min=0, max=3650, min_inclusive=False)
)
SWEEP_SECONDS: float = env.float("SWEEP_SECONDS", 15.0, validate=environment.positive)

# --- How long personal data is kept: a daily purge forgets what is older
KEEP_EVENTS = environment.read(env, "KEEP_EVENTS", "90d", periods.events)
KEEP_MESSAGE_TEXTS = environment.read(env, "KEEP_MESSAGE_TEXTS", "180d", periods.texts)
KEEP_CONTACTS = environment.read(env, "KEEP_CONTACTS", "2y", periods.contacts)
KEEP_RECEIPTS = environment.read(env, "KEEP_RECEIPTS", "10y", periods.receipts)
PERSONAL_DATA = "payments_service.privacy.service.SERVICE"

# --- Celery: which queue each task travels on (without the service's prefix), and what Beat asks for, in seconds
QUEUES = {
    "webhooks.process_event": "events",
    "receipting.issue_receipt": "documents",
    "receipting.document_movement": "documents",
    "receipting.render_receipt": "receipts",
    "notifications.deliver_*": "messages",
    "bookkeeping.prove_day": "books",
    "*.sweep_*": "sweeps",
    "privacy.sweep_overdue": "sweeps",
    "servicekit.heartbeat": "sweeps",
}
# By queue, what its lane loads before it forks: letters have links, and a link is found among all addresses.
PRELOADED = {"receipts": ["receipts.rendering", "payments_service.config.urls"]}
HOURLY = 3600.0
PURGE_SECONDS = 300.0  # how soon a purge goes on that wasn't done in one go; a new one begins each day
BEAT = {
    "webhooks.sweep_events": SWEEP_SECONDS,
    "receipting.sweep_receipts": SWEEP_SECONDS,
    "notifications.sweep_messages": SWEEP_SECONDS,
    "bookkeeping.sweep_proofs": SWEEP_SECONDS,
    "reconciling.sweep_stripe": SWEEP_SECONDS,
    "notifications.sweep_reports": HOURLY,
    "privacy.sweep_overdue": PURGE_SECONDS,
    "servicekit.heartbeat": SWEEP_SECONDS,
}
WORKER_CHILD_MB: int = env.int("WORKER_CHILD_MB", 400, validate=environment.positive)
BEAT_PING_URL: str = env.str("BEAT_PING_URL", "", validate=environment.or_nothing(environment.web_address))

# --- Our HTTP API
API_TOKENS: list[str] = env.list("API_TOKENS", [], subcast=str.strip, validate=environment.long_tokens(unless=DEBUG))
API_RATE: str = env.str("API_RATE", "50/s", validate=environment.rate)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- The clinic's staff at the admin
STAFF_SECOND_FACTOR: str = env.str("STAFF_SECOND_FACTOR", "optional", validate=staffing.second_factor)
STAFF_IDLE_MINUTES: int = env.int("STAFF_IDLE_MINUTES", 120, validate=validate.Range(min=5, max=1440))
STAFF_RECORD_DAYS: int = env.int("STAFF_RECORD_DAYS", 1095, validate=validate.Range(min=staffing.SHORTEST_RECORD))
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=9))
STAFF_ROLES = roles.ROLES

# --- Email
OTHER_BACKEND: str = env.str("EMAIL_BACKEND", "")
EMAIL: dict[str, Any] = environment.email(env, "EMAIL_URL", default="console://" if DEBUG or OTHER_BACKEND else None)
EMAIL_BACKEND: str = OTHER_BACKEND or EMAIL.get("EMAIL_BACKEND", "")
EMAIL_HOST: str = EMAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT: int = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER: str = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = EMAIL.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT: int = EMAIL.get("EMAIL_TIMEOUT") or 20
MAILBOX = environment.matching(messages.MAILBOX, "expects Name <address@example.org>, or the address alone.")
ADDRESS = environment.checked(messages.is_address, "expects one address such as books@clinic.example.")
DEFAULT_FROM_EMAIL: str = (
    env.str("DEFAULT_FROM_EMAIL", "receipts@localhost") if DEBUG else env.str("DEFAULT_FROM_EMAIL", validate=MAILBOX)
)
ANYMAIL = environment.anymail(env, list(os.environ))

# --- The clinic, as it stands on receipts and in emails
CLINIC_NAME: str = (
    env.str("CLINIC_NAME", "Example Clinic") if DEBUG else env.str("CLINIC_NAME", validate=environment.filled)
)
CLINIC_ADDRESS: str = env.str("CLINIC_ADDRESS", "")
CLINIC_TAX_ID: str = env.str("CLINIC_TAX_ID", "")
CLINIC_TAX_NOTE: str = env.str("CLINIC_TAX_NOTE", "")
CLINIC_LOGO: str = env.str("CLINIC_LOGO", "", validate=environment.readable_file)
CLINIC_COLOUR: str = env.str("CLINIC_COLOUR", "#0f766e", validate=environment.colour)
CLINIC_PHONE: str = env.str("CLINIC_PHONE", "")
CLINIC_REPLY_TO: str = env.str("CLINIC_REPLY_TO", "", validate=environment.or_nothing(MAILBOX))
CLINIC_TIME_ZONE: str = env.str("CLINIC_TIME_ZONE", "UTC", validate=environment.time_zone)
CLINIC_LOCALE: str = env.str("CLINIC_LOCALE", "en", validate=environment.locale)
CLINIC_REPORT_TO: str = env.str("CLINIC_REPORT_TO", "", validate=environment.or_nothing(ADDRESS))
CLINIC_ACCOUNTS_FILE: str = env.str("CLINIC_ACCOUNTS_FILE", "", validate=environment.readable_file)

OTEL_EXPORTER_OTLP_ENDPOINT: str = env.str(
    "OTEL_EXPORTER_OTLP_ENDPOINT", "", validate=environment.or_nothing(environment.web_address)
)
SENTRY_DSN: str = env.str("SENTRY_DSN", "", validate=environment.or_nothing(environment.web_address))
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO", validate=environment.log_level)
environment.seal(env)
STORAGES = environment.fitting_together(storages)
CLINIC_PROFILES = clinics.read(CLINIC_ACCOUNTS_FILE, own=profiles.own(globals().__getitem__))
CELERY = celery.config(SERVICE, broker_url=REDIS_URL, routes=QUEUES, beat=BEAT, child_mb=WORKER_CHILD_MB)
LOGGING = logging.config(level=LOG_LEVEL, human=DEBUG)

# --- Django
INSTALLED_APPS = [
    *staffing.APPS,
    *project.APPS,
    "notifications",
    "privacy",
    "receipts",
    "payments_service.payments",
    "payments_service.receipting",
    "payments_service.webhooks",
    "payments_service.reconciling",
    "payments_service.replaying",
    "payments_service.bookkeeping",
    "payments_service.desk",
    "payments_service.privacy",
    "payments_service.operating",
]
OVERVIEW = "payments_service.desk.overview.of"  # what the first page of the admin shows
MIDDLEWARE = [*project.MIDDLEWARE, *staffing.MIDDLEWARE]
TEMPLATES = project.TEMPLATES
ROOT_URLCONF = "payments_service.config.urls"
WSGI_APPLICATION = "payments_service.config.wsgi.application"
AUTH_PASSWORD_VALIDATORS = project.AUTH_PASSWORD_VALIDATORS
AUTHENTICATION_BACKENDS = staffing.AUTHENTICATION_BACKENDS
OTP_TOTP_ISSUER = f"{CLINIC_NAME} {SERVICE}"
APPEND_SLASH = False
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the admin's files, straight from the packages: nothing to collect
USE_TZ = True
TIME_ZONE = CLINIC_TIME_ZONE
LANGUAGE_CODE = "en"

# --- Signing in: wrong passwords are counted by django-axes, as `staff.throttling` says
AXES_HANDLER = "staff.throttling.Handler"
AXES_LOCKOUT_CALLABLE = "staff.throttling.locked_out"
AXES_CLIENT_IP_CALLABLE = "servicekit.client_address.of"
AXES_LOCKOUT_PARAMETERS = staffing.WHAT_COUNTS
AXES_FAILURE_LIMIT = staffing.PER_NAME
AXES_COOLOFF_TIME = staffing.CLOSED_FOR
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = staffing.UNKEPT

# --- Sessions are staff's alone: patients need none. Each page moves the end; services on one host don't share cookies
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{SERVICE}_session", f"{SERVICE}_csrf"
SESSION_COOKIE_AGE = STAFF_IDLE_MINUTES * 60
SESSION_SAVE_EVERY_REQUEST = SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Behind a proxy that ends TLS, whenever the public address says https
BEHIND_TLS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^webhooks/", r"^anymail/", r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = project.CONTENT_SECURITY_POLICY
