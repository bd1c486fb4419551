"""Conditions on attributes (`only`, `eligible`, `where`): the faults of one that names what a pathway lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format.names import level_attributes, numeric_attributes
from pathway_cost.specs.format.pathway import Pathway


def conditions_on_no_level(
    pathway: Pathway, condition: Mapping[str, Sequence[str]], item: str, rule: str
) -> list[Problem]:
    """The faults of one condition on attributes (`only`, `eligible`, `where`) whose attribute or level is not there."""
    known = level_attributes(pathway)
    found = []
    for name, levels in condition.items():
        here = f"{item}.{name}"
        if name in numeric_attributes(pathway):
            what = f"{name!r} is a number; conditions are on levels"
            remedy = f"declare an attribute with levels for it, as {name}_band"
            found.append(Problem(rule, what, Where(item=here), remedy=remedy))
        elif name not in known:
            what = f"there is no attribute {name!r}"
            found.append(Problem(rule, what, Where(item=here), nearest_name(name, known)))
        else:
            found += [
                no_such_level(name, level, known[name], here, rule) for level in levels if level not in known[name]
            ]
    return found


def no_such_level(name: str, level: str, levels: Sequence[str], item: str, rule: str = "unknown_level") -> Problem:
    """The fault of a level that an attribute lacks."""
    what = f"attribute {name!r} has no level {level!r}"
    return Problem(rule, what, Where(item=item), nearest_name(level, levels))
