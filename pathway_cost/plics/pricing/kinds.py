"""Which kinds of record a unit cost rule picks, and at which level each stands: told of each kind once, not of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from pathway_cost.plics.pricing.derive import level_of
from pathway_cost.specs.format import Derive, Rule
from pathway_cost.tables.reading import matches


def kinds_picked(kinds: pd.DataFrame, rule: Rule, derives: Mapping[str, Derive]) -> Iterator[tuple[int, str | None]]:
    """Number of every kind that `where` picks, and its level; None where the rule has no levels or the kind none of them."""
    picked = kinds[kinds["feed"] == rule.feed]
    for column, codes in rule.where.items():
        picked = picked[picked[column].isin(codes_matched(picked[column].unique(), codes))]
    yield from zip(picked.index.tolist(), _levels(picked, rule.by, derives), strict=True)


def codes_matched(values: Iterable[Any], codes: Sequence[str]) -> list[str]:
    """The values that are one of the codes; a value that is missing is none.

    >>> codes_matched(["HN22A", None, "HN23"], ["HN22*"])
    ['HN22A']
    """
    return [value for value in values if isinstance(value, str) and any(matches(value, code) for code in codes)]


def values_of(kinds: pd.DataFrame, feed: str, column: str) -> list[str]:
    """The values of a column that records of the feed have."""
    return sorted(kinds.loc[kinds["feed"] == feed, column].dropna().unique())


def _levels(kinds: pd.DataFrame, by: Sequence[str], derives: Mapping[str, Derive]) -> list[str | None]:
    found = [kinds[derives[name].source].map(_level_text(name, derives[name])).tolist() for name in by]
    texts = zip(*found, strict=True) if by else [()] * len(kinds)
    return ["|".join(each) if each and all(each) else None for each in texts]


def _level_text(name: str, derive: Derive) -> Callable[[object], str]:
    """A function from the value of a record's column to the level as the price frame writes it; "" for none."""

    def text(value: object) -> str:
        level = level_of(value if isinstance(value, str) else "", derive)
        return "" if level is None else f"{name}={level}"

    return text
