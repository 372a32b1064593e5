"""Every setting of visits_service, read once from the environment; `.env.example` explains each variable.

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
from privacy import periods
from servicekit import celery, environment, logging, project
from staff import configuration as staffing
from visits_service.config import roles
from visits_service.reminders import policy

django_stubs_ext.monkeypatch()  # admin and form classes take type parameters at run time too

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environment.reader()

# --- The process
SERVICE = "visits"
DEBUG = env.bool("DEBUG", False)
LAPTOP_SECRET = "laptop-only-" * 5
SECRET_KEY = env.str("SECRET_KEY", LAPTOP_SECRET) if DEBUG else env.str("SECRET_KEY", validate=environment.secret_key)
SECRET_KEY_FALLBACKS: list[str] = env.list(
    "SECRET_KEY_FALLBACKS", [], subcast=str.strip, validate=environment.each(environment.secret_key)
)
PUBLIC_URL: str = (
    env.str("PUBLIC_URL", "http://127.0.0.1:8002") if DEBUG else env.str("PUBLIC_URL", validate=environment.web_address)
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(PUBLIC_URL or "").hostname or "", "127.0.0.1", "localhost"])
VAR = BASE_DIR / "var"
MEDIA_ROOT = str(VAR / "media")

# --- Where rows and nudges live
DATABASE = project.database(env, default=f"sqlite:///{VAR}/visits.sqlite3")
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0", validate=environment.redis_address)
CACHES = project.caches(REDIS_URL, service=SERVICE)

# --- When reminders go out
REMINDER_LEADS: str = env.str("REMINDER_LEADS", "24h", validate=environment.parsed(policy.parse_leads))
QUIET_HOURS: str = env.str("QUIET_HOURS", "21:00-08:00", validate=environment.parsed(policy.parse_quiet_hours))
REMINDER_MIN_NOTICE: str = env.str("REMINDER_MIN_NOTICE", "2h", validate=environment.parsed(policy.parse_notice))
SWEEP_SECONDS: float = env.float("SWEEP_SECONDS", 15.0, validate=environment.positive)
DUE_SCAN_SECONDS: float = env.float("DUE_SCAN_SECONDS", 60.0, validate=environment.positive)

# --- How long personal data is kept: a daily purge forgets what is older
KEEP_MESSAGE_TEXTS = environment.read(env, "KEEP_MESSAGE_TEXTS", "180d", periods.texts)
KEEP_CONTACTS = environment.read(env, "KEEP_CONTACTS", "2y", periods.contacts)
KEEP_ANSWERS = environment.read(env, "KEEP_ANSWERS", "1y", periods.visits)
KEEP_VISITS = environment.read(env, "KEEP_VISITS", "2y", periods.visits)
PERSONAL_DATA = "visits_service.privacy.service.SERVICE"

# --- Celery: which queue each task travels on (without the service's prefix), and what Beat asks for, in seconds
QUEUES = {
    "notifications.deliver_email": "email",
    "notifications.deliver_sms": "sms",
    "reminders.remind_due": "reminders",
    "reminders.follow_up": "reminders",
    "visits.finish_past": "sweeps",
    "*.sweep_*": "sweeps",
    "privacy.sweep_overdue": "purges",
    "servicekit.heartbeat": "sweeps",
}
# By queue, what its lane loads before it forks: letters have links, and a link is found among all addresses.
PRELOADED = {"reminders": ["visits_service.reminders.writing", "visits_service.config.urls"]}
HOURLY = 3600.0
PURGE_SECONDS = 300.0  # how soon a purge goes on that wasn't done in one go; a new one begins each day
BEAT = {
    "reminders.remind_due": DUE_SCAN_SECONDS,
    "reminders.follow_up": DUE_SCAN_SECONDS,
    "visits.finish_past": 600.0,
    "notifications.sweep_messages": SWEEP_SECONDS,
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
DEFAULT_FROM_EMAIL: str = (
    env.str("DEFAULT_FROM_EMAIL", "reminders@localhost") if DEBUG else env.str("DEFAULT_FROM_EMAIL", validate=MAILBOX)
)
ANYMAIL = environment.anymail(env, list(os.environ))

# --- SMS; a service without a backend sends none
SMS_BACKEND: str = env.str("SMS_BACKEND", "notifications.sms.console.Backend" if DEBUG else "")
SMS_FALLBACK_BACKEND: str = env.str("SMS_FALLBACK_BACKEND", "")
SMS_FILE_PATH: str = env.str("SMS_FILE_PATH", "")
SMS_STATUS_CALLBACK_URL: str = f"{(PUBLIC_URL or '').rstrip('/')}/webhooks/sms/status/"
TWILIO_ACCOUNT_SID: str = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN: str = env.str("TWILIO_AUTH_TOKEN", "")
TWILIO_FROM: str = env.str("TWILIO_FROM", "")
TWILIO_API_BASE: str = env.str("TWILIO_API_BASE", "https://api.twilio.com", validate=environment.web_address)
SMS_TIMEOUT: float = env.float("SMS_TIMEOUT", 20.0, validate=validate.Range(min=1, max=20))
APPRISE_SMS_URL: str = env.str("APPRISE_SMS_URL", "")

# --- The clinic, as patients know it
CLINIC_NAME: str = (
    env.str("CLINIC_NAME", "Example Clinic") if DEBUG else env.str("CLINIC_NAME", validate=environment.filled)
)
CLINIC_ADDRESS: str = env.str("CLINIC_ADDRESS", "")
CLINIC_COLOUR: str = env.str("CLINIC_COLOUR", "#0f766e", validate=environment.colour)
CLINIC_PHONE: str = env.str("CLINIC_PHONE", "")
CLINIC_REPLY_TO: str = env.str("CLINIC_REPLY_TO", "", validate=environment.or_nothing(MAILBOX))
CLINIC_TIME_ZONE: str = env.str("CLINIC_TIME_ZONE", "UTC", validate=environment.time_zone)
CLINIC_LOCALE: str = env.str("CLINIC_LOCALE", "en", validate=environment.locale)
CLINIC_COUNTRY: str = env.str("CLINIC_COUNTRY", "", validate=environment.or_nothing(environment.country))

OTEL_EXPORTER_OTLP_ENDPOINT: str = env.str(
    "OTEL_EXPORTER_OTLP_ENDPOINT", "", validate=environment.or_nothing(environment.web_address)
)
SENTRY_DSN: str = env.str("SENTRY_DSN", "", validate=environment.or_nothing(environment.web_address))
LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO", validate=environment.log_level)
environment.seal(env)
REMINDER_POLICY = environment.fitting_together(
    lambda: policy.parse_policy(leads=REMINDER_LEADS, quiet_hours=QUIET_HOURS, notice=REMINDER_MIN_NOTICE)
)
CELERY = celery.config(SERVICE, broker_url=REDIS_URL, routes=QUEUES, beat=BEAT, child_mb=WORKER_CHILD_MB)
LOGGING = logging.config(level=LOG_LEVEL, human=DEBUG)

# --- Django
INSTALLED_APPS = [
    *staffing.APPS,
    *project.APPS,
    "notifications",
    "privacy",
    "visits_service.visits",
    "visits_service.reminders",
    "visits_service.booking",
    "visits_service.desk",
    "visits_service.privacy",
    "visits_service.operating",
]
OVERVIEW = "visits_service.desk.overview.of"  # the function that says what the first page of the admin shows
MIDDLEWARE = [*project.MIDDLEWARE, *staffing.MIDDLEWARE]
TEMPLATES = project.TEMPLATES
ROOT_URLCONF = "visits_service.config.urls"
WSGI_APPLICATION = "visits_service.config.wsgi.application"
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
