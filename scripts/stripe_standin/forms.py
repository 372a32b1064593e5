"""Reads Stripe's nested form encoding, "line_items[0][quantity]=1", into dicts and lists; server.py calls it."""

import re
from typing import Any
from urllib.parse import parse_qsl

_STEP = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")


def decode(encoded: str) -> dict[str, Any]:
    """All values stay strings; numbered and empty brackets become lists, in the order of their numbers."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        *path, last = _STEP.findall(name) or [name]
        node = tree
        for step in path:
            node = node.setdefault(step or str(len(node)), {})
        node[last or str(len(node))] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_with_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _with_lists(value) for key, value in node.items()}
