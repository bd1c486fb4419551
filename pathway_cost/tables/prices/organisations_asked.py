"""Organisations that a study asks prices for: two that are one written twice, and one that no set knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.nearness import folded
from pathway_cost.tables.prices.answers import Asked, Taken

SHOWN: Final = 3


def written_in_two_ways(organisations: Iterable[str]) -> list[Problem]:
    """Organisations that differ by case, spaces or invisible signs only: the prices of one are not those of the other.

    >>> [problem.what for problem in written_in_two_ways(["RXX", "RXX ", "RYY"])]
    ["the organisations 'RXX' and 'RXX ' differ by case, spaces or invisible signs only"]
    """
    alike: dict[str, list[str]] = {}
    for organisation in sorted(set(organisations)):
        alike.setdefault(folded(organisation), []).append(organisation)
    return [
        Problem(
            "organisation_written_in_two_ways",
            f"the organisations {' and '.join(map(repr, names))} differ by case, spaces or invisible signs only",
            Where(item="footprint"),
            remedy="write the code in one way everywhere",
        )
        for names in alike.values()
        if len(names) > 1
    ]


def without_own_prices(sets: Sequence[Asked], taken: Taken) -> list[Problem]:
    """One note on what prices for any organisation answer, where other organisations have their own of the same key.

    Args:
        sets: in order.
        taken: (organisation, key) → the set that answers it, by its number, and whose price it is.
    """
    own = {key for of in sets for holder, key in of.held if holder != terms.ANY_ORGANISATION}
    held = {pair for of in sets for pair in of.held}
    lacking: dict[str, list[str]] = {}
    for (organisation, key), (_, holder) in sorted(taken.items()):
        if holder == terms.ANY_ORGANISATION and key in own and (organisation, key) not in held:
            lacking.setdefault(organisation, []).append(key)
    if not lacking:
        return []
    named = [f"{organisation} ({first_few(keys, SHOWN)})" for organisation, keys in lacking.items()]
    what = f"no set has a price of its own for {first_few(named, SHOWN)}, though others have theirs"
    remedy = "see that the code is right; prices for any organisation answer"
    keys = dict.fromkeys(key for each in lacking.values() for key in each)
    about = (*(("organisation", each) for each in lacking), *(("price", key) for key in keys))
    where = Where(item="footprint")
    return [Problem("organisation_without_prices", what, where, remedy=remedy, severity=Severity.NOTE, about=about)]
