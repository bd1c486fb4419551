"""Plain Python as YAML text that our reader reads back the same: blocks, with one line for what is short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./()*+-]*( [A-Za-z0-9_./()*+-]+)*")
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""Words that are no text in YAML 1.2, or in the YAML 1.1 of other tools."""
_WIDEST = 100


def yaml_text(tree: Any) -> str:
    r"""Dicts, lists, texts, numbers, flags and None as YAML 1.2; texts that could be read as anything else are quoted.

    >>> print(yaml_text({"start": {"ward": 1}, "levels": ["few", "60", "no"], "note": "8: 30"}), end="")
    start: {ward: 1}
    levels: [few, "60", "no"]
    note: "8: 30"
    """
    return "".join(f"{line}\n" for line in _block(tree, ""))


def _block(node: Any, indent: str) -> Iterator[str]:
    """A line or more an entry of a mapping or list; a scalar, and what is empty, as one line."""
    if not isinstance(node, dict | list) or not node:
        yield f"{indent}{_flow(node)}"
        return
    entries = node.items() if isinstance(node, dict) else [(None, each) for each in node]
    for key, inner in entries:
        head = f"{indent}-" if isinstance(node, list) else f"{indent}{_scalar(key)}:"
        short = f"{head} {_flow(inner)}"
        if not isinstance(inner, dict | list) or (len(short) <= _WIDEST and not _is_deep(inner)):
            yield short
        else:
            yield head
            yield from _block(inner, f"{indent}  ")


def _is_deep(node: Any) -> bool:
    """Whether a mapping or list holds another that is not empty, and so reads better in lines of its own."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(isinstance(each, dict | list) and each for each in inner)


def _flow(node: Any) -> str:
    if isinstance(node, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in node.items()) + "}"
    return "[" + ", ".join(map(_flow, node)) + "]" if isinstance(node, list) else _scalar(node)


def _scalar(given: Any) -> str:
    if given is None:
        return "null"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int | float):
        return repr(given)
    text = str(given)
    return text if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT else f'"{"".join(map(_escaped, text))}"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
