"""Which kinds of record a unit cost rule picks, and at which level each stands: told of each kind once, not of each record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from pathway_cost.plics.pricing.derive import level_of
from pathway_cost.plics.reading import Kinds
from pathway_cost.specs.format import Derive, Rule
from pathway_cost.tables.reading import matches


def kinds_picked(kinds: Kinds, rule: Rule, derives: Mapping[str, Derive]) -> Iterator[tuple[int, str | None]]:
    """Number of every kind that `where` picks, and its level; None where the rule has no levels or the kind none of them."""
    picked: Iterable[int] = _held(kinds["feed"], {rule.feed}, range(len(kinds["feed"])))
    for column, codes in rule.where.items():
        picked = _held(kinds[column], codes_matched(set(kinds[column]), codes), picked)
    levels = [(kinds[derives[name].source], _level_text(name, derives[name])) for name in rule.by]
    for kind in picked:
        found = [text(values[kind]) for values, text in levels]
        yield kind, "|".join(found) if found and all(found) else None


def _held(values: Sequence[str | None], wanted: Collection[str | None], among: Iterable[int]) -> list[int]:
    return [kind for kind in among if values[kind] in wanted]


def codes_matched(values: Iterable[str | None], codes: Sequence[str]) -> set[str]:
    """The values that are one of the codes; a value that is missing is none.

    >>> sorted(codes_matched(["HN22A", None, "HN23", "HN22B"], ["HN22*"]))
    ['HN22A', 'HN22B']
    """
    return {value for value in values if value is not None and any(matches(value, code) for code in codes)}


def values_of(kinds: Kinds, feed: str, column: str) -> list[str]:
    """The values of a column that records of the feed have."""
    of_feed = zip(kinds["feed"], kinds[column], strict=True)
    return sorted({value for each, value in of_feed if each == feed and value is not None})


def _level_text(name: str, derive: Derive) -> Callable[[str | None], str]:
    """A function from the value of a record's column to the level as the price frame writes it; "" for none."""

    def text(value: str | None) -> str:
        level = level_of(value or "", derive)
        return "" if level is None else f"{name}={level}"

    return text
