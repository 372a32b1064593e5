"""Snapshots survive JSON."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts import frozen
from receipts.snapshot import Correction, Snapshot, Tax
from tests.receipts.builders import a_line, a_snapshot


@given(
    st.builds(
        Snapshot,
        paid_at=st.datetimes(timezones=st.just(UTC)),
        lines=st.lists(st.builds(a_line, description=st.text()), max_size=3).map(tuple),
        taxes=st.lists(st.builds(Tax), max_size=2).map(tuple),
        correction=st.builds(Correction, receipt=st.text(), paid=st.integers(), returned=st.integers()),
    )
)
def test_a_snapshot_comes_back_from_json_as_it_was(snapshot: Snapshot) -> None:
    text = json.dumps(frozen.to_json(snapshot))

    assert frozen.from_json(json.loads(text)) == snapshot


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"total": "12300"}, "snapshot.total: expected int, got str"),
        ({"total": True}, "snapshot.total: expected int, got bool"),
        ({"test": 0}, "snapshot.test: expected bool, got int"),
        ({"colour": "red"}, r"snapshot: unknown keys \['colour'\]"),
        ({"lines": {}}, "snapshot.lines: expected a list"),
        ({"lines": [{"description": "x"}]}, r"snapshot.lines\[0\]: required keys are missing"),
        ({"clinic": {"name": 1}}, "snapshot.clinic.name: expected str, got int"),
        ({"clinic": []}, "snapshot.clinic: expected an object"),
        ({"paid_at": "2026-11-22T10:00:00"}, "snapshot.paid_at: expected an instant with its offset"),
    ],
)
def test_reading_names_the_place_of_what_is_wrong(change: dict[str, Any], complaint: str) -> None:
    data = frozen.to_json(a_snapshot()) | change

    with pytest.raises(ValueError, match=complaint):
        frozen.from_json(data)


def test_a_row_from_before_a_field_existed_takes_its_default() -> None:
    data = frozen.to_json(a_snapshot(payer_name=""))
    del data["payer_name"], data["correction"]

    assert frozen.from_json(data) == a_snapshot(payer_name="")
