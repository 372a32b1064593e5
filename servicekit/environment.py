"""Reads the process's environment into typed settings, and says in one sentence what is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import dj_email_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError, validate

from servicekit import words

RATE = re.compile(r"[1-9][0-9]*/[smhd]")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
COUNTRY = re.compile(r"[A-Z]{2}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
USER_AND_PASSWORD = re.compile(r"[^:\s]+:\S+")
SHORTEST_TOKEN = 16
T = TypeVar("T")


def reader() -> Env:
    """An environment that collects every complaint until `seal` is called."""
    return Env(eager=False)


def seal(env: Env) -> None:
    """Stop the start when anything was wrong or missing, with one line per variable."""
    try:
        env.seal()
    except EnvValidationError as invalid:
        complaints: dict[str, list[str]] = invalid.error_messages  # type: ignore[assignment]  # environs' own, by name
        lines = [f"{name}: {' '.join(map(str, reasons))}" for name, reasons in complaints.items()]
        raise ImproperlyConfigured(
            "the environment needs attention (see .env.example).\n  " + "\n  ".join(lines)
        ) from None


def checked(rule: Callable[[Any], bool], sentence: str) -> Callable[[Any], None]:
    """A validator that refuses with a sentence which says what to set."""

    def validator(value: Any) -> None:
        if not rule(value):
            raise ValidationError(sentence)

    return validator


def matching(pattern: re.Pattern[str], sentence: str) -> Callable[[Any], None]:
    """A validator that takes what the whole pattern fits."""
    return checked(lambda text: bool(pattern.fullmatch(text)), sentence)


def or_nothing(validator: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same validator for a variable that may be empty."""

    def lenient(value: Any) -> None:
        if value:
            validator(value)

    return lenient


def each(validator: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same for every item of a list."""

    def validate_all(values: Any) -> None:
        for value in values:
            validator(value)

    return validate_all


def parsed(parser: Callable[[Any], object]) -> Callable[[Any], None]:
    """A validator that takes what the parser takes; the parser's ValueError is the sentence."""

    def validator(value: Any) -> None:
        try:
            parser(value)
        except ValueError as wrong:
            raise ValidationError(f"{wrong}.") from None

    return validator


def read(env: Env, name: str, default: str, parser: Callable[[str], T]) -> T:
    """What the parser makes of a variable; of its default when it is refused, which `seal` reports."""
    text: str | None = env.str(name, default, validate=parsed(parser))  # None when it was refused
    return parser(default if text is None else text)


def fitting_together(build: Callable[[], T]) -> T:
    """What several sound variables make together; stops the start when they contradict each other."""
    try:
        return build()
    except ValueError as wrong:
        raise ImproperlyConfigured(f"the environment needs attention (see .env.example).\n  {wrong}.") from None


def parts_of(url: str) -> SplitResult:
    """An address taken apart; all parts are empty where it can't be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for one that is no number
    except ValueError:
        return urlsplit("")
    return parts


def can_be_read(path: str) -> bool:
    """Whether there is such a file, and it is open to this process."""
    return path.isprintable() and os.access(path, os.R_OK)


time_zone = checked(lambda name: name in available_timezones(), "expects an IANA time zone such as Europe/Warsaw.")
filled = checked(lambda text: bool(text.strip()), "must not be empty.")
secret_key = checked(lambda key: len(key) >= 32, "needs 32 random characters or more: openssl rand -base64 48")
web_address = checked(
    lambda url: parts_of(url).scheme in ("http", "https") and bool(parts_of(url).hostname),
    "expects an address such as https://payments.clinic.example.",
)
redis_address = checked(
    lambda url: parts_of(url).scheme in ("redis", "rediss", "unix"),
    "expects an address such as redis://127.0.0.1:6379/0.",
)
country = matching(COUNTRY, "expects two letters of ISO 3166 such as PL or GB.")
rate = matching(RATE, "expects a number per s, m, h or d, such as 50/s.")
log_level = checked(
    lambda name: name in ("DEBUG", "INFO", "WARNING", "ERROR"), "expects DEBUG, INFO, WARNING or ERROR."
)
locale = checked(words.exists, "expects a locale such as en, pl or de-AT.")
bucket_name = matching(BUCKET, "expects the name of a bucket: 3 to 63 letters, digits, dots and hyphens.")
positive = validate.Range(min=0, min_inclusive=False)
colour = matching(COLOUR, "expects a colour such as #0f766e.")
readable_file = checked(lambda path: not path or can_be_read(path), "names a file that can't be read.")
email_address = checked(
    lambda url: bool(email_settings(url)),
    "expects an address such as smtp://host:587 or console://.",
)
not_negative = validate.Range(min=0)


def long_tokens(*, unless: bool) -> Callable[[Any], None]:
    """Refuse guessable API tokens; `unless` lifts that for a laptop."""
    return checked(
        lambda tokens: all(tokens) and (unless or all(len(token) >= SHORTEST_TOKEN for token in tokens)),
        f"every token needs {SHORTEST_TOKEN} characters or more; make one with: openssl rand -hex 24",
    )


def email(env: Env, name: str, *, default: str | None) -> dict[str, Any]:
    """Django's `EMAIL_...` settings from one URL; empty when the URL is refused, which `seal` reports."""
    url = env.str(name, validate=email_address) if default is None else env.str(name, default, validate=email_address)
    return email_settings(url or "")


def email_settings(url: str) -> dict[str, Any]:
    """What the library reads in such a URL; nothing in one that it can't read."""
    if parts_of(url).scheme not in dj_email_url.SCHEMES:
        return {}
    try:
        return dict(dj_email_url.parse(url))
    except ValueError:  # a number that is none, in what follows the question mark
        return {}


def prefixed(env: Env, prefix: str, names: list[str]) -> dict[str, str]:
    """Every variable of that prefix, without it: how a library with many settings of its own is configured."""
    return {name.removeprefix(prefix): env.str(name) for name in names if name.startswith(prefix)}


webhook_secret = checked(
    lambda secrets: all(USER_AND_PASSWORD.fullmatch(secret) and len(secret) >= SHORTEST_TOKEN for secret in secrets),
    f"expects user:password, random and {SHORTEST_TOKEN} characters or more, several separated by commas.",
)


def anymail(env: Env, names: list[str]) -> dict[str, Any]:
    """Anymail's settings, each `ANYMAIL_...`; the webhook secret as a list, since two count while one is rotated.

    What is `true`, `false` or begins with a brace is JSON: some of Anymail's settings aren't texts.
    """
    settings: dict[str, Any] = prefixed(env, "ANYMAIL_", names)
    for name, text in settings.items():
        if text in ("true", "false") or text.startswith("{"):
            settings[name] = env.json(f"ANYMAIL_{name}")
    if settings.get("WEBHOOK_SECRET"):
        settings["WEBHOOK_SECRET"] = env.list("ANYMAIL_WEBHOOK_SECRET", subcast=str.strip, validate=webhook_secret)
    return settings


def zone(name: str) -> ZoneInfo:
    """The zone of a name that `time_zone` has accepted."""
    return ZoneInfo(name)
