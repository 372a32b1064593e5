"""Renders 1,000 different receipts in a process of its own; prints its peak memory in KiB after 200 and at the end."""

from __future__ import annotations

import resource

from tests.receipts.builders import a_pdf, a_small_snapshot

if __name__ == "__main__":
    for index in range(1, 1001):
        a_pdf(a_small_snapshot(reference=f"pi_{index}", payer_name=f"Payer {index}"))
        if index in {200, 1000}:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)  # noqa: T201
