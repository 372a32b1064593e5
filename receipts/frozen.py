"""A snapshot as JSON and back, for the row that keeps it for years. Pure; `receipts.issuing` writes, rendering reads.

`from_json(to_json(snapshot)) == snapshot`, always. Reading is strict: a key that nobody knows or a value of another
type is an error that names its place. A key that is absent takes the field's default, so that old rows outlive new
fields.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from receipts.snapshot import Snapshot

T = TypeVar("T")


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Only dicts, lists, strings, integers and booleans; the instant of payment is ISO 8601 with its offset."""
    plain = _plain(dataclasses.asdict(snapshot))
    assert isinstance(plain, dict)
    return plain


def from_json(data: dict[str, Any]) -> Snapshot:
    """The snapshot that `to_json` wrote. Raises ValueError with the place of what is wrong, never with its value."""
    return build(Snapshot, data, "snapshot")


def build(kind: type[T], data: Any, place: str) -> T:
    """A frozen dataclass of such fields from its JSON. Raises ValueError as `from_json` does; `place` is its start."""
    built = _build(kind, data, place)
    assert isinstance(built, kind)
    return built


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _build(kind: type, data: Any, place: str) -> Any:
    """One dataclass from its dict."""
    if not isinstance(data, dict):
        raise ValueError(f"{place}: expected an object")
    hints = get_type_hints(kind)
    if unknown := sorted(set(data) - set(hints)):
        raise ValueError(f"{place}: unknown keys {unknown}")
    values = {name: _value(hints[name], item, f"{place}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except TypeError:
        raise ValueError(f"{place}: required keys are missing") from None


def _value(hint: Any, item: Any, place: str) -> Any:
    """One field's value, by the type that the dataclass declares."""
    if get_origin(hint) is tuple:
        if not isinstance(item, list):
            raise ValueError(f"{place}: expected a list")
        inner = get_args(hint)[0]
        return tuple(_value(inner, each, f"{place}[{index}]") for index, each in enumerate(item))
    if get_origin(hint) is dict:
        hint = dict
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        return _build(hint, item, place)
    if hint is datetime:
        return _instant(item, place)
    if type(item) is not hint:
        raise ValueError(f"{place}: expected {hint.__name__}, got {type(item).__name__}")
    return item


def _instant(item: Any, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(item)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{place}: expected an instant with its offset")
    return moment
