"""Python imports this first where this folder is on PYTHONPATH: its clock goes wrong by CLOCK_OFF_BY seconds.

As if the machine's clock were off: `time.time` and `datetime.now`, in every module and library, and never the
monotonic clock. libfaketime would do it for any language, and doesn't come with pip.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

SECONDS = float(os.environ["CLOCK_OFF_BY"])
right_time, right_now = time.time, datetime.now
AFTER_THE_HEAD = 2 * ctypes.sizeof(ctypes.c_void_p)
"""Where CPython's mappingproxy keeps the dict that it shows."""


def wrong_time() -> float:
    """Seconds since 1970, by the wrong clock."""
    return right_time() + SECONDS


def wrong_now(_cls: type[datetime], tz: tzinfo | None = None) -> datetime:
    """The instant, by the wrong clock."""
    return right_now(tz) + timedelta(seconds=SECONDS)


def shift() -> None:
    """Have everybody read the wrong clock. `datetime` is written in C and takes new methods only by its own dict."""
    time.time = wrong_time
    shown = datetime.__dict__
    methods: Any = ctypes.py_object.from_address(id(shown) + AFTER_THE_HEAD).value
    methods["now"] = classmethod(wrong_now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))


if sys.implementation.name == "cpython":
    shift()
