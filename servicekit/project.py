"""What the Django projects of both services have in common; each settings file takes it from here by name."""

from __future__ import annotations

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
# A kept-open connection learns its statements: a quarter less CPU for PostgreSQL, and less here, at the webhook's door.
POSTGRESQL = {"connect_timeout": 3, "server_side_binding": True, "prepare_threshold": 5}

APPS = [
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


def database(env: Env, *, default: str) -> dict[str, Any]:
    """`DATABASE_URL` as Django takes it, with what each kind of database needs; empty when the URL is refused.

    With `DATABASE_POOL` so many connections serve all threads of the process, instead of one for each.
    """
    pool: int = env.int("DATABASE_POOL", 0, validate=environment.not_negative)
    found: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", default, conn_max_age=0 if pool else 60) or {})
    if found:
        on_sqlite = str(found["ENGINE"]).endswith("sqlite3")
        found["OPTIONS"] = SQLITE if on_sqlite else POSTGRESQL | pooling.option(pool) | found.get("OPTIONS", {})
        # A column of many rows travels as a list. As text each of a letter's quotation marks is a call of a regular
        # expression, which took a third of what queuing a thousand letters takes.
        psycopg.adapters.register_dumper(list, ListBinaryDumper)
    return found


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
