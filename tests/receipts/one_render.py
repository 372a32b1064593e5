"""Renders one receipt in a process of its own; prints the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib

from tests.receipts.builders import a_pdf

if __name__ == "__main__":
    print(hashlib.sha256(a_pdf(locale="ar", patient_name="אבג 王小明 Żółć محمد")).hexdigest())  # noqa: T201
