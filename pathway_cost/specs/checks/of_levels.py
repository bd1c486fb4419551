"""Levels: tables that miss one, conditions on what has none. One rule a function."""

from __future__ import annotations

from pathway_cost.errors import Problem, Where
from pathway_cost.specs.format import (
    ByLevel,
    Pathway,
    Stated,
    conditions_on_no_level,
    level_attributes,
    no_such_level,
    reading_values_of,
    uses_of,
    walk,
)


def unknown_level(pathway: Pathway) -> list[Problem]:
    """A table gives a value for a level that the attribute lacks."""
    return [problem for stated in reading_values_of(pathway) for problem in unknown_levels_in(pathway, stated)]


def unknown_levels_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The unknown levels of one value."""
    return [
        no_such_level(table.by, level, levels, f"{item}.values.{level}")
        for item, table, levels in _tables(pathway, stated)
        for level in table.values
        if level not in levels
    ]


def missing_level(pathway: Pathway) -> list[Problem]:
    """A table gives no value for a level of the attribute."""
    return [problem for stated in reading_values_of(pathway) for problem in missing_levels_in(pathway, stated)]


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
