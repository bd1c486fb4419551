"""Two values of one input → what is said of each: only what differs, in a line."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import Any, Final

from pathway_cost.reports.words import plain
from pathway_cost.specs.format import shown_number

UNSAID: Final = frozenset({"value", "values", "to"})
"""Names of entries that say nothing beside what they hold."""
WIDEST: Final = 160


def told_apart(old: Any, new: Any, *, absent: str) -> tuple[str, str]:
    """What is said of an old and a new value.

    >>> told_apart({"value": 0.05, "unit": "share"}, {"value": 0.06, "unit": "share"}, absent="")
    ('0.05', '0.06')
    >>> told_apart({"by": "frail", "values": {"no": 0.1, "yes": 0.2}}, {"by": "frail", "values": {"no": 0.1, "yes": 0.3}}, absent="")
    ('yes 0.2', 'yes 0.3')
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return _told(old, absent), _told(new, absent)
    leaves = dict(_leaves(old, ())), dict(_leaves(new, ()))
    apart = [path for path in dict.fromkeys([*leaves[0], *leaves[1]]) if leaves[0].get(path) != leaves[1].get(path)]
    said = [[_named(path, each.get(path, absent), absent) for path in apart] for each in leaves]
    return _short("; ".join(said[0])), _short("; ".join(said[1]))


def _named(path: tuple[str, ...], value: Any, absent: str) -> str:
    name = ".".join(each for each in path if each not in UNSAID)
    return f"{name} {_told(value, absent)}".strip()


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, dict) or not value:
        yield path, value
        return
    for name, inner in value.items():
        yield from _leaves(inner, (*path, str(name)))


def _told(value: Any, absent: str) -> str:
    """One value in words."""
    if isinstance(value, str) and value == absent:
        return "not stated"
    if isinstance(value, dict | list) and not value:
        return "nothing"
    if isinstance(value, dict):
        return _short(", ".join(_named(path, inner, absent) for path, inner in _leaves(value, ())))
    if isinstance(value, list):
        return _short(", ".join(_told(each, absent) for each in value))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return shown_number(float(value)) if is_number else _short(plain(value))


def _short(text: str) -> str:
    return shorten(text, WIDEST, placeholder=" …")
