"""Structured logs of event names and ids: JSON lines in production, coloured lines while `DEBUG`.

An exception is logged as its class and where it was raised, never with its message: a database or mail error quotes
the very values (an address, a name) that must not reach a log.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# aiosmtpd, a mailbox for laptops and tests, writes addresses and messages at INFO.
QUIET = {
    "axes": "ERROR",
    "mail.log": "WARNING",
    "celery.app.trace": "CRITICAL",
    "celery.worker.strategy": "WARNING",
    "celery.beat": "WARNING",
    "django.request": "ERROR",
    "django.server": "WARNING",
    "stripe": "WARNING",
    "weasyprint": "ERROR",
    "fontTools": "ERROR",
    "urllib3": "WARNING",
    "websockets": "WARNING",
}


def config(*, level: str, human: bool) -> dict[str, Any]:
    """Django's `LOGGING`: everything, ours and the libraries', through one formatter to standard error."""
    final: Processor = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
    }


def exception_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace exception text by its class and the places it went through."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["exception"] = raised[0].__qualname__
        event["raised_at"] = places(raised[2])
    event.pop("exc_text", None)
    return event


def address_without_token(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Django's lines about a request quote its path: where that has a token in it, its pattern says enough."""
    request = getattr(event.get("_record"), "request", None)
    match = getattr(request, "resolver_match", None)
    if request is not None and match is not None and "token" in match.kwargs:
        event["event"] = str(event["event"]).replace(request.path, match.route)
    return event


def places(trace: TracebackType | None) -> list[str]:
    """`file:line function` of the innermost frames, innermost last."""
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    exception_without_words,
    address_without_token,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
