"""What the Django projects of both services have in common; each settings file takes it from here by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from csp import constants as csp
from environs import Env
from psycopg.types.array import ListBinaryDumper
from redis.backoff import NoBackoff
from redis.retry import Retry

from servicekit import environment, pooling

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL = {
    "connect_timeout": 3,
    # A database whose machine has gone is noticed within a minute, and not by the kernel's two hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    # A kept-open connection learns its statements: a quarter less CPU for PostgreSQL, and less here, at the webhook's
    # door.
    "server_side_binding": True,
    "prepare_threshold": 5,
}
# What is prepared or opened on one of its connections isn't there on the next one, which may be another.
BEHIND_PGBOUNCER = {"prepare_threshold": None}

APPS = [
    "servicekit.overview",  # before the admin, whose first page it fills
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "anymail",
    "ninja",
]
MIDDLEWARE = [
    "servicekit.correlation.Middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# For every page that doesn't bring a stricter one of its own: our files, our forms, no inline code, no frame around it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF, "data:"],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "form-action": [csp.SELF],
        "base-uri": [csp.NONE],
        "frame-ancestors": [csp.NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

ON_DISK = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def database(env: Env, *, default: str) -> dict[str, Any]:
    """`DATABASE_URL` as Django takes it, with what each kind of database needs; empty when the URL is refused.

    With `DATABASE_POOL` so many connections serve all threads of the process, instead of one for each. With
    `DATABASE_BEHIND_PGBOUNCER` nothing is kept from one transaction to the next.
    """
    pool: int = env.int("DATABASE_POOL", 0, validate=environment.not_negative)
    behind: bool = env.bool("DATABASE_BEHIND_PGBOUNCER", False)
    found: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", default, conn_max_age=60) or {})
    if found:
        given = (BEHIND_PGBOUNCER if behind else {}) | found.get("OPTIONS", {})
        found["OPTIONS"] = SQLITE if pooling.on_sqlite(found) else POSTGRESQL | given
        found["DISABLE_SERVER_SIDE_CURSORS"] = behind
        pooling.pool(found, size=pool)
        # A column of many rows travels as a list. As text each of a letter's quotation marks is a call of a regular
        # expression, which took a third of what queuing a thousand letters takes.
        psycopg.adapters.register_dumper(list, ListBinaryDumper)
    return found


def storages(env: Env) -> Callable[[], dict[str, Any]]:
    """Reads what says where files go; Django's setting `STORAGES` is built of it once the environment is sealed.

    With `MEDIA_BUCKET` that is a bucket, else the folder MEDIA_ROOT. Building raises ValueError for what doesn't fit
    together.
    """
    name: str = env.str("MEDIA_BUCKET", "", validate=environment.or_nothing(environment.bucket_name))
    given: dict[str, str] = {
        "endpoint": env.str("MEDIA_BUCKET_ENDPOINT", "", validate=environment.or_nothing(environment.web_address)),
        "region": env.str("MEDIA_BUCKET_REGION", ""),
        "kms_key": env.str("MEDIA_BUCKET_KMS_KEY", ""),
        "key_id": env.str("AWS_ACCESS_KEY_ID", ""),
        "secret": env.str("AWS_SECRET_ACCESS_KEY", ""),
    }
    return lambda: {"default": in_bucket(name, **given) if name else ON_DISK, "staticfiles": PLAIN_FILES}


def in_bucket(name: str, *, endpoint: str, region: str, kms_key: str, key_id: str, secret: str) -> dict[str, Any]:
    """A bucket as Django's storage; without a key pair the machine's own role is asked, as Amazon's library does it.

    Objects are encrypted with the KMS key, where one is named, or else with the provider's own.
    """
    if bool(key_id) != bool(secret):
        raise ValueError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: set both, or neither")
    if not endpoint and not region:
        raise ValueError("MEDIA_BUCKET_REGION is missing: the region of the bucket, such as eu-central-1")
    with_key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
    options = {
        "bucket_name": name,
        "endpoint_url": endpoint or None,
        "region_name": region or "us-east-1",  # what most of those that aren't Amazon call theirs
        "access_key": key_id or None,
        "secret_key": secret or None,
        "object_parameters": with_key if kms_key else {"ServerSideEncryption": "AES256"},
        "file_overwrite": True,  # a key names its content
        "default_acl": None,  # the bucket's own, which is private unless somebody opens it
    }
    return {"BACKEND": "servicekit.bucket.Bucket", "OPTIONS": options}


def caches(redis_url: str, *, service: str) -> dict[str, Any]:
    """The service's corner of Redis, for rates; a Redis that doesn't answer within a second is away."""
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": f"{service}:cache",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)},
        }
    }
