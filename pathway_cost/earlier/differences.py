"""What differs between what two runs were made of, in plain words, and how each difference is put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pathway_cost.earlier.values_told import told_apart

ABSENT: Final = "\0absent"
NOT_USED: Final = "not used"
STUDY: Final = "study"
PATHWAY: Final = "pathway"


class Kind(StrEnum):
    """What kind of input differs, in the order in which the old values become the new ones."""

    PATIENTS = "patients"
    NUMBER = "number"
    PATHWAY = "pathway"
    SCENARIO = "scenario"
    UPTAKE = "uptake"
    FOOTPRINT = "footprint"
    PRICE = "price"
    SETTING = "setting"
    FILE = "file"
    VERSION = "version"


class How(StrEnum):
    """What is known of a difference's pounds."""

    EDIT = "edit"  # they are what costing again with the other value gives
    PRICE = "price"  # their share of what costing again with the other prices gives
    NOTHING = "nothing"  # no expected total rests on it
    TOLD = "told"  # they stand under other differences
    LEFT = "left"  # it cannot be put back: they are in the remainder


class Edit(NamedTuple):
    """One entry of the study, the pathway or a scenario, as either run had it."""

    spec: str
    path: tuple[str | int, ...]
    old: Any
    new: Any


@dataclass(frozen=True, eq=False)
class Difference:
    """One input that differs."""

    kind: Kind
    what: str
    old: str
    new: str
    how: How = How.EDIT
    edit: Edit | None = None
    price: tuple[str, str] | None = None
    """Organisation and unit cost, where it is a price."""


def entries_apart(
    old: Any, new: Any, path: tuple[str | int, ...] = (), *, deep: int = 2
) -> Iterator[tuple[Any, Any, Any]]:
    """(path, old, new) of every entry of two trees that differs, some levels deep; `ABSENT` where a tree lacks it.

    >>> list(entries_apart({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}))
    [(('a', 'c'), 2, 3)]
    """
    if old == new:
        return
    both, names = _named(old), _named(new)
    if not deep or both is None or names is None or (isinstance(old, list) and len(old) != len(new)):
        yield path, old, new
        return
    for name in dict.fromkeys([*both, *names]):
        yield from entries_apart(both.get(name, ABSENT), names.get(name, ABSENT), (*path, name), deep=deep - 1)


def _named(value: Any) -> dict[Any, Any] | None:
    """The entries of a mapping, or of a list of mappings, by name or place."""
    if isinstance(value, dict):
        return value
    is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return dict(enumerate(value)) if is_list else None


def differs(kind: Kind, what: str, edit: Edit, how: How = How.EDIT) -> Difference:
    """An entry that differs, with what is said of both its values."""
    old, new = told_apart(edit.old, edit.new, absent=ABSENT)
    return Difference(kind, what, old, new, how, edit)
