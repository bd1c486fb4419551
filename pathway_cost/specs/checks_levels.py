"""Levels: tables that miss one, conditions on what has none. One rule a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.names import Stated, level_attributes, numeric_attributes, uses_of, values_of
from pathway_cost.specs.pathway import Pathway
from pathway_cost.specs.value_tools import walk
from pathway_cost.specs.values import ByLevel


def unknown_level(pathway: Pathway) -> list[Problem]:
    """A table gives a value for a level that the attribute lacks."""
    return [problem for stated in values_of(pathway) for problem in unknown_levels_in(pathway, stated)]


def unknown_levels_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The unknown levels of one value."""
    return [
        _unknown(table.by, level, levels, f"{item}.values.{level}")
        for item, table, levels in _tables(pathway, stated)
        for level in table.values
        if level not in levels
    ]


def missing_level(pathway: Pathway) -> list[Problem]:
    """A table gives no value for a level of the attribute."""
    return [problem for stated in values_of(pathway) for problem in missing_levels_in(pathway, stated)]


def missing_levels_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The levels that the tables of one value lack."""
    return [
        Problem(
            "missing_level",
            f"no value for {table.by} {', '.join(missing)}",
            Where(item=f"{item}.values"),
            remedy=f"add {', '.join(f'{level}: …' for level in missing)}",
        )
        for item, table, levels in _tables(pathway, stated)
        if (missing := [level for level in levels if level not in table.values])
    ]


def _tables(pathway: Pathway, stated: Stated) -> list[tuple[str, ByLevel, tuple[str, ...]]]:
    known = level_attributes(pathway)
    return [
        (item, value, known[value.by])
        for item, value in walk(stated.value, stated.item)
        if isinstance(value, ByLevel) and value.by in known
    ]


def condition_on_no_level(pathway: Pathway) -> list[Problem]:
    """`only:` names an attribute or a level that is not there."""
    return [
        problem
        for at in uses_of(pathway)
        for problem in conditions_on_no_level(pathway, at.use.only, f"{at.item}.only", "condition_on_no_level")
    ]


def conditions_on_no_level(
    pathway: Pathway, condition: Mapping[str, Sequence[str]], item: str, rule: str
) -> list[Problem]:
    """The faults of one `only`, `eligible` or `where`."""
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
            found += [_unknown(name, level, known[name], here, rule) for level in levels if level not in known[name]]
    return found


def level_with_blanks(pathway: Pathway) -> list[Problem]:
    """A level that begins or ends with blanks: no reader would see why nobody has it."""
    return [
        Problem(
            "level_with_blanks",
            f"level {level!r} of {name!r} begins or ends with blanks",
            Where(item=f"attributes.{name}.levels"),
            remedy=f'write "{level.strip()}"',
        )
        for name, levels in level_attributes(pathway).items()
        for level in levels
        if level != level.strip()
    ]


def attribute_range_upside_down(pathway: Pathway) -> list[Problem]:
    """A numeric attribute whose `low` is above its `high`."""
    return [
        Problem(
            "attribute_range_upside_down", f"low of {name!r} is above its high", Where(item=f"attributes.{name}.low")
        )
        for name, attribute in pathway.attributes.items()
        if attribute.low is not None and attribute.high is not None and attribute.low > attribute.high
    ]


def _unknown(name: str, level: str, levels: Sequence[str], item: str, rule: str = "unknown_level") -> Problem:
    what = f"attribute {name!r} has no level {level!r}"
    return Problem(rule, what, Where(item=item), nearest_name(level, levels))
