"""Levels in the prices a study takes that no patient of its pathway can have: slips of spelling, or not asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Severity, nearest_name, shown, told
from pathway_cost.nearness import folded, near_name
from pathway_cost.tables.prices.answers import Asked
from pathway_cost.tables.prices.levels import read_level
from pathway_cost.tables.prices.unit_costs import UnitCosts, Written
from pathway_cost.tables.prices.used_prices import Used

Levels = Mapping[str, Sequence[str]]
"""Attribute → its levels."""


class _Stray(NamedTuple):
    """An attribute, or one of its levels, that a price names and patients do not have; where; and what it nearly is."""

    attribute: str
    level: str | None
    near: str | None
    key: str
    at: tuple[int, ...]


def levels_not_asked_for(sets: Sequence[Asked], used: Iterable[Used], levels: Levels) -> list[Problem]:
    """Faults and warnings of price rows for an attribute or a level that no patient can have."""
    found: list[Problem] = []
    for price in used:
        costs = sets[price.set].costs
        if isinstance(costs, UnitCosts) and costs.written is not None:
            found += [_told(each, costs.written, levels) for each in _strays(costs, price, levels)]
    return found


def _strays(costs: UnitCosts, price: Used, levels: Levels) -> list[_Stray]:
    places: dict[tuple[str, str | None], list[int]] = {}
    priced: set[tuple[str, str]] = set()
    for at in price.at:
        for attribute, level in zip(*read_level(str(costs.frame[terms.LEVEL].iloc[at])), strict=True):
            priced.add((attribute, level))
            if attribute not in levels:
                places.setdefault((attribute, None), []).append(at)
            elif level not in levels[attribute]:
                places.setdefault((attribute, level), []).append(at)
    return [
        _Stray(attribute, level, _nearly(attribute, level, levels, priced), price.key, tuple(at))
        for (attribute, level), at in places.items()
    ]


def _nearly(attribute: str, level: str | None, levels: Levels, priced: set[tuple[str, str]]) -> str | None:
    """The attribute or level meant: a level only where that has no row of its own, or is the same once folded."""
    if level is None:
        return near_name(attribute, levels) or nearest_name(attribute, levels)
    near = near_name(level, levels[attribute])
    own = near is not None and (attribute, near) in priced and folded(near) != folded(level)
    return None if own else near


def _told(stray: _Stray, written: Written, levels: Levels) -> Problem:
    rows = f" ({written.rows_at(stray.at)})" if len(stray.at) > 1 else ""
    place, of = written.place(stray.at[0], stray.key), f"the price {stray.key}"
    if stray.level is None:
        what = f"{of} is by {shown(stray.attribute, Form.NAME, levels)}, which is no attribute with levels{rows}"
        remedy = f"attributes with levels: {', '.join(levels) or 'none'}"
        return Problem("price_by_no_attribute", what, place, stray.near, remedy)
    level = told(stray.level, Form.LEVEL, levels[stray.attribute])
    what = f"{of} for {stray.attribute}={level} is for nobody: {stray.attribute!r} has no such level{rows}"
    if level != stray.level:  # the files of a run would hold it
        remedy = (
            f"the levels of {stray.attribute} are {', '.join(levels[stray.attribute])}; take the row out, or correct it"
        )
        return Problem("price_for_no_level", what, place, remedy=remedy)
    if stray.near is None:
        about = (("price", stray.key),)
        return Problem("price_for_no_level", what, place, severity=Severity.NOTE, about=about)
    same = folded(stray.near) == folded(stray.level)
    what += "" if same else "; those patients have the price without a level"
    remedy = f"write {stray.attribute}={stray.near}"
    severity = Severity.ERROR if same else Severity.WARNING
    return Problem("price_for_no_level", what, place, stray.near, remedy, severity, about=(("price", stray.key),))
