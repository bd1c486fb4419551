"""Levels read from the record: code → level, exact before prefix before `*`; age by the lowest year of its band."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from pathway_cost.specs.format import AGE, Derive
from pathway_cost.tables.prices.levels import level_text

ANY: Final = "*"


def level_of(value: str, derive: Derive) -> str | None:
    """The level of one value of the record's column; "" is a value that is missing, which only `*` catches.

    >>> hrg = Derive.model_validate({"from": "HrgFce", "HN22A": "high", "HN22*": "usual"})
    >>> level_of("HN22A", hrg), level_of("HN22E", hrg), level_of("HN23A", hrg)
    ('high', 'usual', None)
    >>> age = Derive.model_validate({"from": "age", "0": "under_65", "65": "65_plus"})
    >>> level_of("64", age), level_of("65", age), level_of("", age)
    ('under_65', '65_plus', None)
    """
    if derive.source == AGE and value:
        reached = [low for low in derive.levels if low != ANY and float(low) <= float(value)]
        return derive.levels[max(reached, key=float)] if reached else derive.levels.get(ANY)
    if value in derive.levels:
        return derive.levels[value]
    prefixes = [code for code in derive.levels if code.endswith("*") and value.startswith(code[:-1])]
    prefixes = prefixes if value else [code for code in prefixes if code == ANY]
    return derive.levels[max(prefixes, key=len)] if prefixes else None


def level_texts(by: Sequence[str], derives: Sequence[Derive]) -> list[str]:
    """Every combination of levels as the price frame writes it.

    >>> hrg = Derive.model_validate({"from": "HrgFce", "HN22A": "high", "HN22B": "high", "*": "usual"})
    >>> level_texts(["complexity"], [hrg])
    ['complexity=high', 'complexity=usual']
    """
    names = [list(dict.fromkeys(derive.levels.values())) for derive in derives]
    return [level_text(by, levels) for levels in product(*names)] if by else []
