"""What watches us asks for what we measure: no alert and no panel names a metric that doesn't exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

OPS = Path(__file__).resolve().parent.parent.parent / "ops"
NAME = re.compile(r"\b([a-z]+(?:_[a-z]+)+)\b(?=\{|\s|\)|$)")


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    """Every expression that Prometheus would be asked for."""
    panels = json.loads((OPS / "grafana-dashboard.json").read_text())["panels"]
    return [rule["expr"] for rule in rules()] + [target["expr"] for panel in panels for target in panel["targets"]]


def named(expression: str) -> set[str]:
    """The metrics in an expression, without what stands in its braces and parentheses of labels."""
    bare = re.sub(r"by \([^)]*\)|\"[^\"]*\"", "", expression)
    return set(NAME.findall(bare))


@pytest.mark.django_db
def test_every_metric_that_is_watched_is_measured() -> None:
    text = Client().get("/metrics", secure=True).content.decode()
    measured = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))

    watched = {name for expression in expressions() for name in named(expression)}

    assert len(watched) >= 8
    assert watched <= measured


def test_every_alert_says_what_to_do() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["action"], rule["alert"]
        assert (OPS.parent / rule["annotations"]["runbook"]).is_file(), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
