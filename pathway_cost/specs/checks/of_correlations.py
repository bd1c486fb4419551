"""Correlations, one pair at a time: ranks, repeats, names that are not drawn. One rule a function."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import Correlation


def correlation_problems(
    pairs: Sequence[Correlation], uncertain: Collection[str], known: Collection[str] = ()
) -> list[Problem]:
    """Every pair that cannot be, by itself or beside another of the same names.

    Args:
        pairs: as the study lists them.
        uncertain: parameters that are drawn.
        known: parameters that exist, drawn or not.
    """
    return [
        *rank_out_of_range(pairs),
        *correlated_with_itself(pairs),
        *correlated_twice(pairs),
        *correlated_and_not_drawn(pairs, uncertain, known),
    ]


def rank_out_of_range(pairs: Sequence[Correlation]) -> list[Problem]:
    """A rank correlation below −1 or above 1."""
    return [
        Problem(
            "rank_out_of_range", f"a rank correlation lies between -1 and 1; found {pair.rank:g}", _at(place, "rank")
        )
        for place, pair in enumerate(pairs)
        if not -1 <= pair.rank <= 1
    ]


def correlated_with_itself(pairs: Sequence[Correlation]) -> list[Problem]:
    """A pair of one parameter."""
    return [
        Problem("correlated_with_itself", f"{pair.between[0]!r} stands twice in one pair", _at(place, "between"))
        for place, pair in enumerate(pairs)
        if pair.between[0] == pair.between[1]
    ]


def correlated_twice(pairs: Sequence[Correlation]) -> list[Problem]:
    """A pair given twice, with unlike ranks."""
    ranks: dict[frozenset[str], float] = {}
    for pair in pairs:
        ranks.setdefault(frozenset(pair.between), pair.rank)
    return [
        Problem(
            "correlated_twice",
            f"{' and '.join(map(repr, pair.between))} have a rank of {ranks[frozenset(pair.between)]:g} before, and "
            f"of {pair.rank:g} here",
            _at(place, "rank"),
            remedy="take one out",
        )
        for place, pair in enumerate(pairs)
        if ranks[frozenset(pair.between)] != pair.rank
    ]


def correlated_and_not_drawn(
    pairs: Sequence[Correlation], uncertain: Collection[str], known: Collection[str]
) -> list[Problem]:
    """A pair with a name that is no parameter, or one of which nothing says how unsure it is."""
    return [
        not_drawn("correlated_and_not_drawn", name, _at(place, "between"), uncertain, known)
        for place, pair in enumerate(pairs)
        for name in dict.fromkeys(pair.between)
        if name not in uncertain
    ]


def not_drawn(rule: str, name: str, where: Where, uncertain: Collection[str], known: Collection[str]) -> Problem:
    """The fault of a name that must be one that is drawn."""
    if name in known:
        remedy = "give it low and high, se, or distribution"
        return Problem(rule, f"nothing says how unsure {name!r} is, so it is not drawn", where, remedy=remedy)
    return Problem(rule, f"there is no parameter {name!r}", where, nearest_name(name, [*uncertain, *known]))


def _at(place: int, field: str) -> Where:
    return Where(item=f"uncertainty.correlations.{place}.{field}")
