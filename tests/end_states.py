"""What our tables hold after a journey, without what differs from run to run, to compare one end with another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import models

INSTANTS = frozenset({"created", "paid_at", "issued_at"})
Row = dict[str, Any]
State = dict[str, list[Row]]


def our_models() -> list[type[models.Model]]:
    """Every model of the service that has a table of its own."""
    return [each for each in apps.get_models() if not each.__module__.startswith("django.") and not each._meta.proxy]


def state_without(*columns: str) -> State:
    """What our tables hold, by model, without ids, instants and these columns, which differ from run to run."""
    return {model.__name__: sorted(plain_rows(model, columns), key=repr) for model in our_models()}


def plain_rows(model: type[models.Model], without: Sequence[str]) -> list[Row]:
    """A table's comparable columns."""
    names = [field.attname for field in model._meta.concrete_fields if comparable(field) and field.name not in without]
    return [{name: timeless(getattr(row, name)) for name in names} for row in model._default_manager.all()]


def timeless(value: Any) -> Any:
    """A column's value without the instants that a JSON column may hold."""
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items() if key not in INSTANTS}
    return value


def differences(found: State, expected: State) -> list[str]:
    """Which rows are other than expected, in a sentence each."""
    return [
        f"{name}: {[row for row in found[name] if row not in rows]} instead of "
        f"{[row for row in rows if row not in found[name]]}, {len(found[name])} of {len(rows)}"
        for name, rows in expected.items()
        if found[name] != rows
    ]


def comparable(field: models.Field[Any, Any]) -> bool:
    """Whether a column says the same in each run."""
    return not isinstance(field, models.AutoField | models.DateTimeField | models.ForeignKey | models.OneToOneField)
